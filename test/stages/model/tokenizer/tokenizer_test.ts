import assert from "node:assert/strict";
import fc from "fast-check";
import { createTokenizer } from "../../../../stages/model/tokenizer/tokenizer.ts";
import { readFixture, REFERENCE, referenceTest } from "../../../support/fixtures.ts";

interface Cases {
  readonly special_ids: Readonly<Record<string, number>>;
  readonly vocab_size: number;
  readonly encode: readonly {
    readonly text: string;
    readonly ids: readonly number[];
    readonly tokens: readonly string[];
    readonly decoded: string;
    readonly decoded_skip_special: string;
  }[];
}
interface TokenizerJson {
  readonly added_tokens: { readonly id: number; readonly content: string }[];
  readonly model: { readonly vocab: Record<string, number>; readonly merges: string[][] };
}

const folder = "qwen2_vl/tiny-untied/";
const json = () => readFixture<TokenizerJson>(`${folder}tokenizer.json`);
const config = readFixture<object>(`${folder}tokenizer_config.json`);
const tokenizer = createTokenizer(json(), config, "tokenizer.json");

const CASES = "qwen2_vl/expected/tokenizer_cases.json";
const FILES = [`${folder}tokenizer.json`, `${folder}tokenizer_config.json`, CASES];

/** The tokenizer of the set to compare with, and what the reference made of texts. */
function reference() {
  const [file, config] = FILES.map((path) => readFixture<object>(path, REFERENCE));
  return {
    tokenizer: createTokenizer(file, config!, "tokenizer.json"),
    cases: readFixture<Cases>(CASES, REFERENCE),
  };
}

referenceTest("encode() and decode() equal the reference on every text", FILES, () => {
  const { tokenizer, cases } = reference();
  assert.ok(cases.encode.length > 0);
  for (const { text, ids, tokens, decoded, decoded_skip_special } of cases.encode) {
    assert.deepEqual(tokenizer.encode(text), ids, JSON.stringify(text));
    assert.deepEqual(ids.map((id) => tokenizer.token(id)), tokens, JSON.stringify(text));
    assert.equal(tokenizer.decode(ids), decoded);
    assert.equal(tokenizer.decode(ids, { skipSpecial: true }), decoded_skip_special);
  }
});

referenceTest("size and specialIds equal the reference", FILES, () => {
  const { tokenizer, cases } = reference();
  assert.equal(tokenizer.size, cases.vocab_size);
  assert.deepEqual(Object.fromEntries(tokenizer.specialIds), cases.special_ids);
});

Deno.test("decode() undoes encode() on composed text", () => {
  const text = fc.string({ unit: "grapheme" }).map((s) => s.normalize("NFC"));
  fc.assert(fc.property(text, (s) => {
    assert.equal(tokenizer.decode(tokenizer.encode(s)), s);
  }));
});

Deno.test("decode() takes any ids: half characters become U+FFFD, unknown ids nothing", () => {
  const [half] = tokenizer.encode("é");
  assert.equal(tokenizer.decode([half!]), "\ufffd");
  assert.equal(
    tokenizer.decode([half!, tokenizer.id("<|im_end|>")!]),
    "\ufffd<|im_end|>",
  );
  assert.equal(tokenizer.decode([tokenizer.size, 1e6]), "");
  assert.equal(tokenizer.decode([]), "");
});

Deno.test("encode() cuts a text where the reference's pattern does", () => {
  /** True where the pre-tokenizer leaves the text whole, once all its bytes may be joined. */
  const whole = (text: string) => {
    const file = json();
    const bytes = [...text].flatMap((c) => tokenizer.encode(c));
    const tokens = bytes.map((id) => tokenizer.token(id)!);
    tokens.reduce((joined, next) => {
      file.model.merges.push([joined, next]);
      file.model.vocab[joined + next] ??= 1000 + file.model.merges.length;
      return joined + next;
    });
    return createTokenizer(file, config, "").encode(text).length === 1;
  };
  // Before a sign, white space stands apart; U+FEFF is none and joins it, U+0085 is one.
  assert.equal(whole("\ufeff!"), true);
  assert.equal(whole("\u0085!"), false);
  // 's is cut off whatever its case, and the long s is an s.
  for (const s of ["s", "S", "\u017f"]) {
    assert.equal(whole(`'${s}`), true, s);
    assert.equal(whole(`'${s}a`), false, s);
  }
  assert.equal(whole("'ka"), true);
});

Deno.test("encode() equals byte-pair merging by the book", () => {
  const { model } = json();
  const rank = new Map(model.merges.map((pair, i) => [pair.join(" "), i]));
  const byTheBook = (word: string) => {
    const parts = [...word];
    for (;;) {
      let best = -1, lowest = Infinity;
      for (let i = 0; i + 1 < parts.length; i++) {
        const r = rank.get(`${parts[i]} ${parts[i + 1]}`) ?? Infinity;
        if (r < lowest) [best, lowest] = [i, r];
      }
      if (best < 0) return parts.map((part) => model.vocab[part]);
      parts.splice(best, 2, parts[best]! + parts[best + 1]!);
    }
  };
  const letters = [..."thinkanswerobjectimagethethe"];
  const word = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 40 });
  fc.assert(fc.property(word, (w) => {
    assert.deepEqual(tokenizer.encode(w.join("")), byTheBook(w.join("")));
  }));
});

Deno.test("decode() writes an added token's text as it is", () => {
  const file = json();
  const id = tokenizer.size;
  file.added_tokens.push({ id, content: ", 10" });
  const words = createTokenizer(file, config, "");
  assert.deepEqual(words.encode("a, 10"), [file.model.vocab["a"], id]);
  assert.equal(words.decode([id, id], { skipSpecial: true }), ", 10, 10");
  assert.equal(words.size, id + 1);
});

Deno.test("createTokenizer() says that the image token is missing", () => {
  const file = json();
  const without = {
    ...file,
    added_tokens: file.added_tokens.filter(({ content }) => content !== "<|image_pad|>"),
  };
  assert.throws(
    () => createTokenizer(without, config, "m/tokenizer.json"),
    /SyntaxError: m\/tokenizer\.json has no token <\|image_pad\|>.*use the model's own/,
  );
});

Deno.test("createTokenizer() names what is wrong in the file", () => {
  const wrong: [unknown, RegExp][] = [
    [{ ...json(), model: { ...json().model, vocab: [] } }, /model\.vocab/],
    [{ ...json(), model: { ...json().model, merges: ["a b", 3] } }, /model\.merges/],
    [{ ...json(), model: { ...json().model, type: "Unigram" } }, /model\.type/],
    [{ ...json(), decoder: { type: "Metaspace" } }, /decoder\.type/],
    [{ ...json(), pre_tokenizer: { type: "Nonsense" } }, /Nonsense/],
    [
      { ...json(), added_tokens: [{ id: 1, content: "a", single_word: true }] },
      /single_word/,
    ],
    [{}, /added_tokens/],
    [null, /t\.json/],
  ];
  for (const [file, message] of wrong) {
    assert.throws(() => createTokenizer(file, config, "t.json"), (error: Error) => {
      assert.ok(error instanceof SyntaxError, error.stack);
      assert.match(error.message, message);
      return true;
    });
  }
});
