import assert from "node:assert/strict";
import fc from "fast-check";
import {
  COORDINATES,
  SPECIAL_TOKENS,
  vocabulary,
} from "../../../pipeline/pretrain/vocabulary.ts";
import {
  tokenizerConfig,
  tokenizerJson,
} from "../../../pipeline/pretrain/tokenizer_json.ts";
import { createTokenizer } from "../../../stages/model/tokenizer/tokenizer.ts";

const words = ["cat", "hot dog", "car", "Detect all objects of category '"];
const { size, added, bytes, encode, id } = vocabulary(words);
const tokenizer = createTokenizer(
  tokenizerJson(vocabulary(words)),
  tokenizerConfig(vocabulary(words)),
  "tokenizer.json",
);
const pieces = fc.array(fc.constantFrom(...added, " ", "a", "\n", "'", "0", "]"))
  .map((parts) => parts.join(""));

Deno.test("the longest piece at each place is the token", () => {
  assert.deepEqual(encode("1000"), [id("1000")]);
  assert.deepEqual(encode("1005"), [id("100"), ...encode("5")]);
  assert.deepEqual(encode("carcat"), [id("car"), id("cat")]);
  assert.deepEqual(encode("<answer>["), [id("<answer>"), id("[")]);
});

Deno.test("a box is four tokens, and its frame three", () => {
  const box = encode("[{'Position': [0, 20, 300, 1000], 'Confidence': 0.95}]");
  assert.deepEqual(box, [
    id("[{'Position': ["),
    id("0"),
    id(", 20"),
    id(", 300"),
    id(", 1000"),
    id("], 'Confidence': "),
    id("0.95"),
    id("}]"),
  ]);
});

Deno.test("special tokens follow the bytes in the published order", () => {
  assert.equal(bytes.length, 256);
  assert.deepEqual(SPECIAL_TOKENS.map(id), SPECIAL_TOKENS.map((_, i) => 256 + i));
});

Deno.test("every coordinate has a token of each kind, and no two share one", () => {
  const ids = COORDINATES.flatMap((value) => [id(String(value)), id(`, ${value}`)]);
  assert.equal(new Set(ids).size, 202);
});

Deno.test("id refuses what is not one token", () => {
  assert.throws(() => id("zebra"), {
    name: "RangeError",
    message: /"zebra" is 5 tokens/,
  });
});

Deno.test("tokenizer.json gives the same ids and the same text back", () => {
  assert.equal(tokenizer.size, size);
  fc.assert(fc.property(pieces, (text) => {
    assert.deepEqual(tokenizer.encode(text), encode(text));
    assert.equal(tokenizer.decode(encode(text)), text);
  }));
});

Deno.test("any text encodes and comes back", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    const normal = text.normalize("NFC");
    assert.equal(tokenizer.decode(tokenizer.encode(text)), normal);
    assert.deepEqual(tokenizer.encode(normal), encode(normal));
  }));
});
