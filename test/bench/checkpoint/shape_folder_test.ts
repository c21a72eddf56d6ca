import assert from "node:assert/strict";
import { join } from "node:path";
import {
  writeShapeFolder,
  type WrittenQuestion,
} from "../../../bench/checkpoint/shape_folder.ts";
import { SHAPES } from "../../../bench/shapes.ts";
import { decodeImage } from "../../../data/pictures/image.ts";
import { openModelFolder } from "../../../stages/model/folder/model_folder.ts";
import { encodePrompt } from "../../../stages/model/prompt_tokens.ts";
import { inFolder } from "../../support/in_folder.ts";

for (const [name, shape] of Object.entries({ A: SHAPES.A, B: SHAPES.B })) {
  Deno.test(`the folder of shape ${name} opens, and its prompts have the shape's tokens`, () =>
    inFolder(async (folder) => {
      await writeShapeFolder(folder, shape);
      const model = await openModelFolder(folder);
      model.close();
      const written: WrittenQuestion[] = JSON.parse(
        await Deno.readTextFile(join(folder, "questions.json")),
      );
      assert.equal(written.length, 16);
      for (const { image, prompt } of written.slice(0, 2)) {
        const target = { kind: "classification", label: "cat" } as const;
        const images = [await decodeImage(join(folder, image))];
        const { tokenIds } = encodePrompt({ id: image, images, prompt, target }, model);
        assert.equal(tokenIds.length, shape.visualTokens + shape.textTokens);
        const visual = tokenIds.filter((id) => id === model.config.tokens.image);
        assert.equal(visual.length, shape.visualTokens);
      }
    }));
}
