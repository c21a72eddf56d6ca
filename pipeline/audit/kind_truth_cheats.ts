import type { Target } from "../../data/questions/question.ts";
import { wrapped } from "./answer_text.ts";
import type { Cheat } from "./cheat.ts";
import type { Kind } from "./questions.ts";

/** A cheat on questions of one kind that knows a part of the ground truth. */
function part<K extends Kind>(
  kind: K,
  name: string,
  content: (target: Extract<Target, { kind: K }>, labels: readonly string[]) => string,
): Cheat {
  return {
    name,
    kinds: [kind],
    knows: "part",
    write: ({ target, asked: { labels } }) =>
      target.kind === kind
        ? wrapped(content(target as Extract<Target, { kind: K }>, labels))
        : undefined,
  };
}

const other = (choice: string) => choice === "A" ? "B" : "A";
const centre = ({ box: { x1, y1, x2, y2 } }: Extract<Target, { kind: "point" }>) =>
  [(x1 + x2) / 2, (y1 + y2) / 2].map(Math.round);

/** Cheats on numbers, texts, choices and points that know a part of the ground truth. */
export const KIND_TRUTH_CHEATS: readonly Cheat[] = [
  part("number", "the number among others", ({ value: n }) => `${n}, ${n + 1}, ${n + 2}`),
  part("number", "the number or the next", ({ value: n }) => `${n} or ${n + 1}`),
  part("number", "the number, then another as a word", ({ value: n }) => `${n} or four`),
  part("number", "a range around the number", ({ value: n }) => `${n}-${n + 1}`),
  part("number", "the number, denied", ({ value: n }) => `not ${n}`),
  part("number", "the number and a tolerance", ({ value: n }) => `${n} ± 1`),
  part("number", "the next number", ({ value: n }) => `${n + 1}`),
  part("number", "the number with more digits", ({ value: n }) => `${n}${n}`),
  part(
    "text",
    "the first half of the text",
    ({ text }) => text.slice(0, text.length / 2),
  ),
  part("text", "the text's first letter", ({ text }) => text[0]!),
  part("text", "the text, twice", ({ text }) => `${text} ${text}`),
  part(
    "text",
    "the text among others",
    ({ text }, labels) => [...labels.slice(0, 3), text].join(" "),
  ),
  part("text", "the text's letters, sorted", ({ text }) => [...text].sort().join("")),
  part("text", "the text, spaced out", ({ text }) => [...text].join(" ")),
  part(
    "choice",
    "the letter among others",
    ({ choice }) => `${choice}, ${other(choice)}`,
  ),
  part(
    "choice",
    "the letter or another",
    ({ choice }) => `${choice} or ${other(choice)}`,
  ),
  part("choice", "the letter, denied", ({ choice }) => `not ${choice}`),
  part(
    "choice",
    "the letter with another option",
    ({ choice }, labels) => `${choice}. ${labels[other(choice).charCodeAt(0) - 65]}`,
  ),
  part(
    "choice",
    "the option among others",
    ({ choice }, labels) =>
      `${labels[choice.charCodeAt(0) - 65]}, ${labels[other(choice).charCodeAt(0) - 65]}`,
  ),
  part("point", "the point among others", (target) => {
    const [x, y] = centre(target);
    return `[[${x}, ${y}], [0, 0], [1000, 1000]]`;
  }),
  part("point", "the point and one beside it", (target) => {
    const [x, y] = centre(target);
    return `(${x},${y}) (${1000 - x!},${1000 - y!})`;
  }),
  part(
    "point",
    "a point just outside",
    ({ box: { x1, y1, x2 } }) => `(${x2 < 1000 ? x2 + 1 : x1 - 1},${y1})`,
  ),
  part(
    "point",
    "the box instead of a point",
    ({ box: { x1, y1, x2, y2 } }) => `[${x1}, ${y1}, ${x2}, ${y2}]`,
  ),
];
