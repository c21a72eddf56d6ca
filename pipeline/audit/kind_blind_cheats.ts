import { grid, wrapped } from "./answer_text.ts";
import { type Cheat, CHOICE, NUMBER, POINT, TEXT } from "./cheat.ts";
import type { Asked, Kind } from "./questions.ts";

const blind = (
  kinds: readonly Kind[],
  name: string,
  content: string | ((asked: Asked) => string),
): Cheat => ({
  name,
  kinds,
  knows: "nothing",
  write: (asked) => wrapped(typeof content === "string" ? content : content(asked)),
});

const COUNTS = Array.from({ length: 12 }, (_, i) => String(i));
const LETTERS = ["A", "B", "C", "D"];
/** The middles of the boxes of a grid. */
const points = (side: number) =>
  grid(side).map(({ x1, y1, x2, y2 }) => [(x1 + x2) / 2, (y1 + y2) / 2].map(Math.round));
const listed = (side: number) => points(side).map(([x, y]) => `[${x}, ${y}]`).join(", ");

/** Cheats on numbers, texts, choices and points that know nothing of the image. */
export const KIND_BLIND_CHEATS: readonly Cheat[] = [
  // Numbers.
  ...COUNTS.slice(0, 4).map((count) => blind(NUMBER, `always ${count}`, count)),
  blind(NUMBER, "every number", COUNTS.join(" ")),
  blind(NUMBER, "every number, with commas", COUNTS.join(", ")),
  blind(NUMBER, "every number, as a list", `[${COUNTS.join(", ")}]`),
  blind(NUMBER, "every number, with or", COUNTS.join(" or ")),
  blind(NUMBER, "every number, a line each", COUNTS.join("\n")),
  blind(NUMBER, "every number, joined", COUNTS.join("")),
  blind(NUMBER, "a range", "0-11"),
  blind(NUMBER, "a range, in words", "from 0 to 11"),
  blind(NUMBER, "a tolerance of one's own", "5 ± 6"),
  blind(NUMBER, "an upper bound", "at most 11"),
  blind(NUMBER, "numbers as words", "zero one two three four five"),
  blind(NUMBER, "not a number", "NaN"),
  blind(NUMBER, "infinity", "1e309"),
  blind(NUMBER, "digits, four hundred", "9".repeat(400)),
  blind(NUMBER, "the template", "number"),
  // Texts.
  blind(TEXT, "a space", " "),
  blind(TEXT, "the commonest letter", "e"),
  blind(TEXT, "a common word", "the"),
  blind(TEXT, "as long as the text, commonest letter", "e".repeat(10)),
  blind(TEXT, "the alphabet", "abcdefghijklmnopqrstuvwxyz 0123456789"),
  blind(
    TEXT,
    "the alphabet, ten times",
    "abcdefghijklmnopqrstuvwxyz 0123456789".repeat(10),
  ),
  blind(TEXT, "always the same text", ({ labels }) => `${labels[0]} 500`),
  blind(TEXT, "every text", ({ labels }) => labels.join(" ")),
  blind(TEXT, "the template", "text"),
  // Choices.
  ...LETTERS.map((letter) => blind(CHOICE, `always ${letter}`, letter)),
  blind(CHOICE, "every letter", LETTERS.join(", ")),
  blind(CHOICE, "every letter, joined", LETTERS.join("")),
  blind(CHOICE, "every letter, with or", LETTERS.join(" or ")),
  blind(CHOICE, "every letter, with full stops", LETTERS.join(". ") + "."),
  blind(CHOICE, "every letter, as a list", JSON.stringify(LETTERS)),
  blind(CHOICE, "a letter of no option", "Z"),
  blind(CHOICE, "always the first option", ({ labels }) => labels[0]!),
  blind(CHOICE, "every option", ({ labels }) => labels.join(", ")),
  blind(
    CHOICE,
    "every option, with its letter",
    ({ labels }) => labels.map((label, i) => `${LETTERS[i]}. ${label}`).join("\n"),
  ),
  blind(CHOICE, "all of the above", "all of the above"),
  blind(CHOICE, "the template", "letter"),
  // Points.
  blind(POINT, "the centre", "(500,500)"),
  blind(POINT, "a corner", "(0,0)"),
  blind(POINT, "two points", "[[500, 500], [250, 250]]"),
  blind(POINT, "the centre, twice", "[[500, 500], [500, 500]]"),
  blind(POINT, "grid of 100 points", `[${listed(10)}]`),
  blind(POINT, "grid of 1024 points", `[${listed(32)}]`),
  blind(
    POINT,
    "grid of points, in a row",
    points(10).map(([x, y]) => `(${x},${y})`).join(" "),
  ),
  blind(
    POINT,
    "grid of points, as tags",
    points(10).map(([x, y]) => `<point x="${x! / 10}" y="${y! / 10}">`).join(""),
  ),
  blind(POINT, "the whole image as a box", "[0, 0, 1000, 1000]"),
  blind(POINT, "huge coordinates", "(1e300,1e300)"),
  blind(POINT, "coordinates that are no numbers", `(NaN,${"9".repeat(400)})`),
  blind(POINT, "the template", "(x,y)"),
];
