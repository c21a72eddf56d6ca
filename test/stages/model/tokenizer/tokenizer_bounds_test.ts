import assert from "node:assert/strict";
import { createTokenizer } from "../../../../stages/model/tokenizer/tokenizer.ts";
import { readFixture } from "../../../support/fixtures.ts";

// deno-lint-ignore no-explicit-any -- its form is what a test breaks
type Json = any;

const json = (): Json => readFixture("qwen2_vl/tiny-untied/tokenizer.json");
const make = (file: unknown, config = {}) => createTokenizer(file, config, "t.json");
const replace = (pattern: unknown, content: string) => ({
  normalizer: { type: "Replace", pattern, content },
});
const steps = (count: number) => ({
  normalizer: { type: "Sequence", normalizers: Array(count).fill({ type: "Strip" }) },
});

Deno.test("createTokenizer() refuses what makes texts or tables too large", () => {
  const file = json();
  const model = (change: object) => ({ model: { ...file.model, ...change } });
  const added = (token: object) => ({ added_tokens: [...file.added_tokens, token] });
  const pre = (...pretokenizers: object[]) => ({
    pre_tokenizer: { type: "Sequence", pretokenizers },
  });
  const wrong: [object, RegExp][] = [
    [replace({ String: "e" }, "e".repeat(65)), /Replace .* more than 64 times as long/],
    [replace({ String: "" }, "e".repeat(64)), /Replace/],
    [replace({ Regex: "x" }, "e".repeat(64)), /Replace/],
    [replace({ String: "e" }, "$`"), /Replace/],
    [{ normalizer: { type: "Prepend", prepend: "a".repeat(64) } }, /Prepend/],
    [pre(...Array(4).fill({ type: "ByteLevel" })), /ByteLevel/],
    [pre({ type: "FixedLength", length: 0 }), /"FixedLength" are not supported/],
    [pre({ type: "constructor" }), /"constructor" are not supported/],
    [pre({ type: "Split", pattern: { Regex: "a".repeat(4097) } }), /longer than 4096/],
    [steps(64), /66 normalizers and other steps|67 normalizers/],
    [{ post_processor: { type: "Sequence", processors: [{}] } }, /post-processors/],
    [
      { post_processor: { type: "TemplateProcessing", single: Array(65).fill({}) } },
      /single has more than 64/,
    ],
    [model({ merges: Array(2 ** 20 + 1).fill("a b") }), /model\.merges has 1048577/],
    [model({ end_of_word_suffix: "x".repeat(65) }), /end_of_word_suffix is "xxx/],
    [model({ unk_token: 3 }), /unk_token is 3/],
    [model({ vocab: { ...file.model.vocab, zz: 0 } }), /are both token 0/],
    [added({ id: 9999, content: "x".repeat(1025) }), /token "xxx.* has 1025 characters/],
    [
      model({ vocab: { ...file.model.vocab, ["y".repeat(1025)]: 9999 } }),
      /token "yyy.* has 1025 characters/,
    ],
    [
      {
        added_tokens: Array.from({ length: 2000 }, (_, i) => (
          { id: 1000 + i, content: `${i}${"x".repeat(1000)}` }
        )),
      },
      /added_tokens have 200\d+ characters/,
    ],
    [added({ id: 0, content: "other" }), /are both token 0/],
  ];
  for (const [change, message] of wrong) {
    assert.throws(() => make({ ...file, ...change }), (error: Error) => {
      assert.ok(error instanceof SyntaxError, error.stack);
      assert.match(error.message, message);
      assert.ok(error.message.length < 300, error.message);
      return true;
    });
  }
  const additional_special_tokens = Array(10_001).fill("x");
  assert.throws(() => make(file, { additional_special_tokens }), /has 10001 entries/);
});

Deno.test("createTokenizer() takes steps that keep a text's length about the same", () => {
  const file = json();
  for (const normalizer of [null, { type: "NFKC" }, { type: "Lowercase" }]) {
    assert.ok(make({ ...file, normalizer }).encode("a b").length > 0);
  }
  const spaces = make({ ...file, ...replace({ Regex: " {2,}" }, " ") });
  assert.deepEqual(spaces.encode("a   b"), make(file).encode("a b"));
});

Deno.test("encode() gives up a regular expression that does not end", () => {
  const file = json();
  file.pre_tokenizer.pretokenizers[0].pattern.Regex = "(?:(?:.|\\s)+)+\\u0000";
  const start = performance.now();
  assert.throws(
    () => make(file).encode("What is the main object in this picture?"),
    /RangeError: t\.json cannot encode the text "What is.* more than 2 s.*published/,
  );
  assert.ok(performance.now() - start < 10_000);
});

Deno.test("encode() takes 2 million characters at most", () => {
  const tokenizer = make(json());
  assert.ok(tokenizer.encode("a b\n".repeat(5000)).length > 5000);
  assert.throws(
    () => tokenizer.encode("a".repeat(2_000_001)),
    /RangeError: .*has 2000001 characters.*shorten it/,
  );
});

Deno.test("createTokenizer() takes names that objects have of their own", () => {
  const file = JSON.parse(
    JSON.stringify(json()).replace('"vocab":{', '"vocab":{"__proto__":9998,'),
  );
  file.added_tokens.push({ id: 9999, content: "constructor" });
  const tokenizer = make(file);
  assert.equal(tokenizer.id("__proto__"), 9998);
  assert.deepEqual(tokenizer.encode("constructor"), [9999]);
  assert.equal(tokenizer.id("toString"), undefined);
});

Deno.test("encode() refuses more tokens than a text has bytes twice", () => {
  const file = { ...json(), ...replace({ String: "e" }, "z".repeat(20)) };
  assert.throws(
    () => make(file).encode("e".repeat(20)),
    /RangeError: t\.json makes \d+ tokens of the text "eeee.* of 20 characters.*published/,
  );
  assert.ok(make(json()).encode("\ufb2c".repeat(100)).length > 300, "comes apart in NFC");
});
