import assert from "node:assert/strict";
import fc from "fast-check";
import { fileURLToPath } from "node:url";
import { openModelFolder } from "../../../../stages/model/folder/model_folder.ts";
import { rowBytes } from "../../../../stages/model/qwen2_vl/row_bytes.ts";

const embedded = fileURLToPath(
  new URL("../../../../data/emoji/model", import.meta.url),
);
const { config, close } = await openModelFolder(embedded);
close();

Deno.test("a question of the embedded model takes about what was measured: 2.8 MB", () => {
  const size = { promptTokens: 71, patches: [196], maxCompletionLength: 64 };
  const bytes = rowBytes(config, size);
  assert.ok(bytes > 1.4e6 && bytes < 5.6e6, `${bytes}`);
});

Deno.test("longer prompts, larger images and longer answers never take less", () => {
  const length = fc.nat({ max: 2000 });
  fc.assert(fc.property(length, length, length, length, (prompt, image, answer, more) => {
    const bytes = (promptTokens: number, patches: number, maxCompletionLength: number) =>
      rowBytes(config, { promptTokens, patches: [patches], maxCompletionLength });
    const least = bytes(prompt, image, answer);
    assert.ok(bytes(prompt + more, image, answer) >= least);
    assert.ok(bytes(prompt, image + more, answer) >= least);
    // Keys and values of 4 layers, 2 heads, 32 numbers.
    const longer = bytes(prompt, image, answer + more);
    assert.equal(longer - least, 2 * 4 * 2 * 32 * 4 * more);
  }));
});
