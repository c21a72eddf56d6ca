import assert from "node:assert/strict";
import type { Question } from "../../../data/questions/question.ts";
import {
  type ModelFolder,
  openModelFolder,
} from "../../../stages/model/folder/model_folder.ts";
import { encodePrompt } from "../../../stages/model/prompt_tokens.ts";
import { openSafetensors } from "../../../stages/model/safetensors/open.ts";
import {
  fixturePath,
  type FixtureSet,
  OWN,
  REFERENCE,
  referenceTest,
} from "../../support/fixtures.ts";
import { referenceCases, type ReferenceRow } from "../../support/reference_case.ts";

const target = { kind: "classification", label: "x" } as const;

const MODEL = "qwen2_vl/tiny-untied";
const PICTURES = "qwen2_vl/expected/images_u8.safetensors";

async function withModel(
  test: (model: ModelFolder) => Promise<void> | void,
  set: FixtureSet = OWN,
) {
  const model = await openModelFolder(fixturePath(MODEL, set));
  try {
    await test(model);
  } finally {
    model.close();
  }
}

async function pictures(row: ReferenceRow) {
  const file = await openSafetensors(fixturePath(PICTURES, REFERENCE));
  try {
    return await Promise.all(row.image_names.map(async (name) => {
      const [height, width] = file.tensors.get(`${name}__rgb`)!.shape as [number, number];
      return { width, height, data: await file.readBytes(`${name}__rgb`) };
    }));
  } finally {
    file.close();
  }
}

/** The prompt of a row that has the form of a question: pictures, then one text. */
function questionText({ messages }: ReferenceRow): string | undefined {
  const [message, ...more] = messages;
  if (more.length > 0 || message === undefined) return undefined;
  const parts = typeof message.content === "string"
    ? [{ type: "text" as const, text: message.content }]
    : message.content;
  const [last] = parts.slice(-1);
  const before = parts.slice(0, -1);
  return last?.type === "text" && before.every(({ type }) => type === "image")
    ? last.text
    : undefined;
}

referenceTest("encodePrompt() equals the reference in every case that is a question", [
  `${MODEL}/config.json`,
  PICTURES,
  ...referenceCases().length > 0 ? [] : ["qwen2_vl/expected/CASE.json"],
], async () => {
  await withModel(async (model) => {
    let compared = 0;
    for (const [name, reference] of referenceCases()) {
      for (const [index, row] of reference.rows.entries()) {
        const prompt = questionText(row);
        if (prompt === undefined) continue;
        const question: Question = {
          id: name,
          images: await pictures(row),
          prompt,
          target,
        };
        const { tokenIds, images, positions, nextPosition } = encodePrompt(
          question,
          model,
        );
        assert.deepEqual(tokenIds, row.prompt_ids, name);
        assert.deepEqual(images.map(({ grid }) => grid), row.image_grid_thw ?? [], name);
        const real = reference.position_ids.map((axis) =>
          axis[index]!.filter((_, i) => reference.attention_mask[index]![i] === 1)
        );
        const length = tokenIds.length;
        assert.deepEqual(
          [...positions],
          real.flatMap((axis) => axis.slice(0, length)),
          name,
        );
        assert.deepEqual(
          real.map((axis) => axis[length]),
          Array(3).fill(nextPosition),
          name,
        );
        compared++;
      }
    }
    assert.ok(compared > 0);
  }, REFERENCE);
});

Deno.test("encodePrompt() refuses a text that holds the image token", async () => {
  await withModel((model) => {
    const question = { id: "q7", images: [], prompt: "a <|image_pad|> b", target };
    assert.throws(() => encodePrompt(question, model), /RangeError.*q7.*<\|image_pad\|>/);
  });
});

Deno.test("encodePrompt() refuses a chat template or tokenizer that makes something else", async () => {
  await withModel((model) => {
    const image = { width: 56, height: 56, data: new Uint8Array(56 * 56 * 3) };
    const question = { id: "q7", images: [image], prompt: "What?", target };
    const { chat, tokenizer } = model;
    assert.throws(
      () =>
        encodePrompt(question, {
          ...model,
          chat: (m, o) => "é".repeat(2100) + chat(m, o),
        }),
      /RangeError: The chat template of \S+ adds 4\d+ bytes to the prompt of question q7: use/,
    );
    const encode = (text: string) => tokenizer.encode(text).slice(0, 2);
    assert.throws(
      () => encodePrompt(question, { ...model, tokenizer: { ...tokenizer, encode } }),
      /RangeError: .* q7 has \d image tokens, but its images need 4: use/,
    );
  });
});

Deno.test("encodePrompt() puts images where their tags are, and the system message first", async () => {
  await withModel((model) => {
    const image = { width: 56, height: 56, data: new Uint8Array(56 * 56 * 3) };
    const asked: string[] = [];
    const tools = {
      ...model,
      chat: ((messages, options) => {
        asked.push(JSON.stringify(messages));
        return model.chat(messages, options);
      }) as typeof model.chat,
    };
    const base = { id: "q7", images: [image], target };
    const tokens = (question: Question) => [...encodePrompt(question, tools).tokenIds];
    const plain = tokens({ ...base, prompt: "What?" });
    assert.deepEqual(tokens({ ...base, prompt: "<image>\nWhat?" }), plain);
    assert.notDeepEqual(tokens({ ...base, prompt: "Is <image> red?" }), plain);
    assert.notDeepEqual(tokens({ ...base, prompt: "What?", system: "Be brief." }), plain);
    const part = (text: string) => ({ type: "text", text });
    const shown = { type: "image" };
    const user = (...content: unknown[]) => ({ role: "user", content });
    assert.deepEqual(asked.map((text) => JSON.parse(text)), [
      [user(shown, part("What?"))],
      [user(shown, part("What?"))],
      [user(part("Is "), shown, part(" red?"))],
      [{ role: "system", content: "Be brief." }, user(shown, part("What?"))],
    ]);
    assert.throws(
      () => tokens({ ...base, prompt: "<image> or <image>?" }),
      /2 <image> tags, and there are 1 images/,
    );
  });
});
