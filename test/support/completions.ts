import fc from "fast-check";

const token = fc.constantFrom(
  "<think>",
  "</think>",
  "<answer>",
  "</answer>",
  "[",
  "]",
  "{",
  "}",
  "'Position': ",
  '"Position": ',
  "'Confidence': ",
  "'",
  '"',
  ", ",
  ":",
  "\n",
  " ",
  "No Objects",
  "cat",
  "(10,20)",
  "(1000,1000),(0,0)",
  "[0, 0, 10, 10]",
  "[10, 10, 0, 0]",
  "{'Position': [0, 0, 10, 10], 'Confidence': 0.9}",
  "{'Position': [0, 0, 10, 10], 'Confidence': -5}",
  "{'Position': [0, 0, 10, 10], 'Confidence': 1e309}",
  "{'Position': [NaN, 0, 10, 1e309], 'Confidence': NaN}",
  "0.050.05",
  "1e309",
  "-Infinity",
  "NaN",
  "٢٨٤",
  "猫🐱\ud800\u200b",
  "İ",
);
const jumble = fc.array(fc.oneof({ weight: 5, arbitrary: token }, fc.string()), {
  maxLength: 30,
}).map((parts) => parts.join(""));

/** Completions from nonsense to nearly right; most draws hold some of what a parser looks for. */
export const completionText = fc.oneof(
  fc.string({ unit: "binary" }),
  jumble,
  jumble.map((inner) => `<think>x</think><answer>${inner}</answer>`),
  jumble.map((inner) => `<think>x</think><answer>[${inner}`),
);

const item = "{'Position': [0, 0, 10, 10], 'Confidence': 0.5}";

/** Long and nested texts that a hundred draws would miss. */
export const MONSTERS: readonly string[] = [
  "",
  `<think></think><answer>[${new Array(1000).fill(item).join(", ")}]</answer>`,
  "<answer>".repeat(20_000),
  "</think><answer>".repeat(20_000),
  `<answer>${"{".repeat(50_000)}</answer>`,
  `<answer>${"[".repeat(50_000)}</answer>`,
  `<answer>${"{'a':".repeat(20_000)}</answer>`,
  `<answer>${"{'a".repeat(20_000)}</answer>`,
  `<answer>${"(1,1)".repeat(20_001)}</answer>`,
  `<answer>(1,1)${" ".repeat(50_000)}</answer>`,
  `<answer>${" ".repeat(50_000)}x${" ".repeat(50_000)}</answer>`,
  `<answer>[{'Position': [${"9".repeat(50_000)}, 0, 1, 1]}]</answer>`,
  `<answer>[{'a': '${"x".repeat(500_000)}'}]</answer>`,
];
