import type { HostileCase } from "../case.ts";
import { embeddedJson, modelCase } from "./model.ts";

/** tokenizer.json, as loose as a case needs it. */
// deno-lint-ignore no-explicit-any -- its form is what a case breaks
type Tokenizer = any;

const split = (regex: string) => (t: Tokenizer) => {
  t.pre_tokenizer.pretokenizers[0].pattern.Regex = regex;
};
const normalizer = (step: unknown) => (t: Tokenizer) => {
  t.normalizer = step;
};
const sequence = (step: unknown, count: number) => ({
  type: "Sequence",
  normalizers: Array.from({ length: count }, () => step),
});
const replace = (pattern: unknown, content: string) => ({
  type: "Replace",
  pattern,
  content,
});

const CHANGES: [string, HostileCase["outcome"], (t: Tokenizer) => unknown][] = [
  ["no image token", "refused", (t) => {
    t.added_tokens = t.added_tokens.filter((a: { content: string }) =>
      a.content !== "<|image_pad|>"
    );
  }],
  ["split that backtracks", "refused", split("(?:(?:.|\\s)+)+\\u0000")],
  [
    "split that backtracks, nested stars",
    "refused",
    split("(?:(?:[a-z ?]|[a-zA-Z ]|\\s)+)+!"),
  ],
  [
    "split by lookbehind that backtracks",
    "refused",
    split("(?<=!(?:(?:[a-zA-Z ?]|.|\\s)+)+)\\n"),
  ],
  [
    "normalizer that backtracks",
    "refused",
    normalizer(replace({ Regex: "(?:(?:.|\\s)+)+\\u0000" }, "")),
  ],
  ["invalid regular expression", "refused", split("(")],
  ["repeat of repeats", "either", split("(?:a{1,65535}){1,65535}")],
  [
    "many repeats",
    "either",
    split("(?:a{1,65535}|b{1,65535}){2,65535}(?:c{9999}){9999}"),
  ],
  ["regular expression of 1 MB", "refused", split("(?:a|b)".repeat(150_000))],
  [
    "regular expression of brackets",
    "either",
    split("(".repeat(2000) + ")".repeat(2000)),
  ],
  ["regular expression of nothing", "either", split("")],
  [
    "replace, six times 40x",
    "refused",
    normalizer(sequence(replace({ String: "e" }, "e".repeat(40)), 6)),
  ],
  [
    "replace the empty text",
    "refused",
    normalizer(replace({ String: "" }, "x".repeat(99))),
  ],
  [
    "replace by $`",
    "refused",
    normalizer(sequence(replace({ String: "e" }, "$`e$`"), 10)),
  ],
  [
    "prepend 1 MB",
    "refused",
    normalizer({ type: "Prepend", prepend: "a".repeat(1_000_000) }),
  ],
  [
    "normalizers without number",
    "refused",
    normalizer(sequence({ type: "Lowercase" }, 100_000)),
  ],
  ["ten byte levels", "refused", (t) => {
    t.pre_tokenizer.pretokenizers.push(...Array(10).fill({ type: "ByteLevel" }));
  }],
  ["pieces of length 0", "refused", (t) => {
    t.pre_tokenizer = { type: "FixedLength", length: 0 };
  }],
  ["cyclic merges", "either", (t) => {
    t.model.merges = Array(10).fill([["a", "b"], ["ab", "a"], ["aba", "b"], ["b", "a"]])
      .flat();
  }],
  ["a chain of merges", "either", (t) => {
    const words = Array.from({ length: 2000 }, (_, i) => "e".repeat(i + 1));
    t.model.merges = words.map((word) => [word, "e"]);
  }],
  ["a million merges, all the same", "either", (t) => {
    t.model.merges = Array(1_000_000).fill(["e", "e"]);
  }],
  ["two million merges", "refused", (t) => {
    t.model.merges = Array(2_000_000).fill("e e");
  }],
  ["all ids the same", "refused", (t) => {
    for (const token of Object.keys(t.model.vocab)) t.model.vocab[token] = 5;
  }],
  ["id 2^53", "refused", (t) => {
    t.model.vocab.zz = 2 ** 53 - 1;
  }],
  ["id 4e9", "refused", (t) => {
    t.model.vocab.zz = 4e9;
  }],
  ["100,000 added tokens", "refused", (t) => {
    for (let i = 0; i < 100_000; i++) {
      t.added_tokens.push({ id: 270 + i % 300, content: `x${i}`, special: true });
    }
  }],
  ["an added token of 1 MB", "refused", (t) => {
    t.added_tokens.push({ id: 584, content: "x".repeat(1_000_000) });
  }],
  ["a token of 1 MB", "refused", (t) => {
    t.model.vocab["x".repeat(1_000_000)] = 584;
  }],
  ["a token of two image tokens", "refused", (t) => {
    t.added_tokens.push({
      id: 584,
      content: "<|image_pad|><|image_pad|>",
      special: true,
    });
  }],
  ["normalizer that writes images", "either", (t) => {
    t.normalizer = replace({ String: "e" }, "<|image_pad|>");
  }],
  ["every letter 20x", "either", (t) => {
    t.normalizer = replace({ String: "e" }, "e".repeat(20));
  }],
  ["a suffix of 1 MB", "refused", (t) => {
    t.model.end_of_word_suffix = "x".repeat(1_000_000);
  }],
  ["an empty vocabulary", "either", (t) => {
    t.model.vocab = {};
  }],
  ["a Unigram model", "refused", (t) => {
    t.model.type = "Unigram";
  }],
  ["unknown pre-tokenizer", "refused", (t) => {
    t.pre_tokenizer = { type: "constructor" };
  }],
  ["unknown post-processor", "refused", (t) => {
    t.post_processor = { type: "__proto__" };
  }],
  ["post-processor without number", "refused", (t) => {
    const single = Array(1_000_000).fill({ Sequence: { id: "A", type_id: 0 } });
    t.post_processor = { type: "TemplateProcessing", single, pair: [] };
  }],
];

const isSpecial = ({ special }: { special: boolean }) => special;

const nested = () =>
  JSON.stringify({ ...embeddedJson("tokenizer.json"), pre_tokenizer: "@" }).replace(
    '"@"',
    '{"type":"Sequence","pretokenizers":['.repeat(5000) + "]}".repeat(5000),
  );
const withNames = () =>
  JSON.stringify(embeddedJson("tokenizer.json"))
    .replace('"vocab":{', '"vocab":{"__proto__":583,"constructor":584,')
    .replace('"content":"0.85"', '"content":"__proto__"')
    .replace('"content":"0.95"', '"content":"constructor"');

/** Tokenizers that take hours, or gigabytes, for a text of normal length. */
export const TOKENIZERS: readonly HostileCase[] = [
  ...CHANGES.map(([name, outcome, change]) =>
    modelCase("tokenizer", name, outcome, (model) => {
      const tokenizer = embeddedJson("tokenizer.json");
      // Whole phrases are tokens of their own, which regular expressions do not get to see.
      tokenizer.added_tokens = tokenizer.added_tokens.filter(isSpecial);
      change(tokenizer);
      return model.write("tokenizer.json", tokenizer);
    })
  ),
  modelCase(
    "tokenizer",
    "5000 nested sequences",
    "refused",
    (model) => model.write("tokenizer.json", nested()),
  ),
  modelCase(
    "tokenizer",
    "__proto__ in the vocabulary",
    "either",
    (model) => model.write("tokenizer.json", withNames()),
  ),
  modelCase(
    "tokenizer",
    "500,000 special tokens in the other file",
    "refused",
    (model) => {
      const additional_special_tokens = Array.from(
        { length: 500_000 },
        (_, i) => `x${i}`,
      );
      const config = embeddedJson("tokenizer_config.json");
      return model.write("tokenizer_config.json", {
        ...config,
        additional_special_tokens,
      });
    },
  ),
];
