import assert from "node:assert/strict";
import {
  compileChat,
  expandImageTokens,
  type Message,
} from "../../../../stages/model/chat/chat.ts";
import { createTokenizer } from "../../../../stages/model/tokenizer/tokenizer.ts";
import { readFixture, REFERENCE, referenceTest } from "../../../support/fixtures.ts";
import { referenceCases } from "../../../support/reference_case.ts";

interface Rendering {
  readonly messages: readonly Message[];
  readonly add_vision_id: boolean;
  readonly add_generation_prompt: boolean;
  readonly text: string;
  readonly ids: readonly number[];
}

const folder = "qwen2_vl/tiny-untied/";
const FILES = ["tokenizer_config.json", "tokenizer.json"].map((name) => folder + name);

/** The chat template and the tokenizer of the set to compare with. */
function opened() {
  const config = readFixture<{ chat_template: string }>(FILES[0]!, REFERENCE);
  return {
    chat: compileChat(config.chat_template, {}, "tokenizer_config.json"),
    tokenizer: createTokenizer(readFixture(FILES[1]!, REFERENCE), config, ""),
  };
}

const CASES = "qwen2_vl/expected/tokenizer_cases.json";
referenceTest(
  "compileChat() renders every conversation as the reference does",
  [...FILES, CASES],
  () => {
    const { chat, tokenizer } = opened();
    const { chat_template } = readFixture<{ chat_template: Rendering[] }>(
      CASES,
      REFERENCE,
    );
    assert.ok(chat_template.length > 0);
    for (const one of chat_template) {
      const rendered = chat(one.messages, {
        addVisionId: one.add_vision_id,
        addGenerationPrompt: one.add_generation_prompt,
      });
      assert.equal(rendered, one.text);
      assert.deepEqual(tokenizer.encode(rendered), one.ids);
    }
  },
);

referenceTest(
  "expandImageTokens() gives the expanded text and ids of every case",
  [
    ...FILES,
    `${folder}preprocessor_config.json`,
    ...referenceCases().length > 0 ? [] : ["qwen2_vl/expected/CASE.json"],
  ],
  () => {
    const { chat, tokenizer } = opened();
    const { merge_size } = readFixture<{ merge_size: number }>(
      `${folder}preprocessor_config.json`,
      REFERENCE,
    );
    const cases = referenceCases();
    assert.ok(cases.length > 0);
    for (const [name, { rows }] of cases) {
      for (const row of rows) {
        const text = chat(row.messages, { addGenerationPrompt: true });
        assert.equal(text, row.chat_text, name);
        const counts = (row.image_grid_thw ?? []).map(([t, h, w]) =>
          t * h * w / merge_size ** 2
        );
        const expanded = expandImageTokens(text, counts);
        assert.equal(expanded, row.expanded_text, name);
        assert.deepEqual(tokenizer.encode(expanded), row.prompt_ids, name);
        assert.deepEqual(tokenizer.encode(row.completion), row.completion_ids, name);
      }
    }
  },
);

Deno.test("expandImageTokens() counts images and tokens", () => {
  assert.equal(
    expandImageTokens("a<|image_pad|>b", [3]),
    `a${"<|image_pad|>".repeat(3)}b`,
  );
  assert.throws(() => expandImageTokens("a", [3]), /0 image tokens for 1 images/);
  assert.throws(() => expandImageTokens("<|image_pad|>", []), RangeError);
});

Deno.test("compileChat() names the file of a template that does not parse or render", () => {
  assert.throws(() => compileChat("{% if %}", {}, "t.json"), /SyntaxError: t\.json: /);
  const raising = compileChat("{{ raise_exception('no roles') }}", {}, "t.json");
  assert.throws(() => raising([], { addGenerationPrompt: true }), /t\.json: .*no roles/);
});

Deno.test("compileChat() gives the template its special tokens", () => {
  const template = compileChat("{{ eos_token }}", { eos_token: "<|im_end|>" }, "t.json");
  assert.equal(template([], { addGenerationPrompt: false }), "<|im_end|>");
});
