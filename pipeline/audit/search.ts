import fc from "npm:fast-check@4.10.2";
import { parseAnswer } from "../../stages/parse/parse_answer.ts";
import { item, region, wrapped } from "./answer_text.ts";
import { CHEATS } from "./cheats.ts";
import { honestAnswers } from "./honest.ts";
import type { Judge } from "./judge.ts";
import type { Asked, AuditQuestion, Kind } from "./questions.ts";
import { type Judgement, judgement, type Knows } from "./verdict.ts";

/** What a search found. */
export interface Found extends Judgement {
  readonly knows: Knows;
  /** The text that wins or breaks; of others the one with the highest mean. */
  readonly text: string;
}

/** What is searched, and how long. */
export interface SearchOptions {
  readonly questions: readonly AuditQuestion[];
  /** What the honest answer to each question is worth. */
  readonly honest: readonly number[];
  /** What fair tries are worth on average. */
  readonly fair: number;
  readonly judge: Judge;
  readonly seed: number;
  /** Texts to try; a find is then made smaller with a few more. */
  readonly runs: number;
}

/**
 * Looks for one text that wins on all questions of a kind or breaks a reward: tags, numbers,
 * labels and boxes strung together, and known cheats cut up, with or without the right form.
 *
 * The same seed tries the same texts.
 */
export function searchBlind(kind: Kind, options: SearchOptions): Found {
  const { questions, honest, fair, judge } = options;
  let best: Found | undefined;
  const failing = firstFailing(options, blindText(kind, questions), (text) => {
    const answer = parseAnswer(text);
    const worths = questions.map((question) => judge(answer, question));
    const found = { ...judgement("nothing", worths, honest, fair), text };
    if (best === undefined || rank(found) > rank(best)) {
      best = { ...found, knows: "nothing" };
    }
    return found.verdict !== "breaks" && found.verdict !== "wins";
  });
  if (failing === undefined) return best!;
  const worths = questions.map((question) => judge(failing, question));
  return {
    ...judgement("nothing", worths, honest, fair),
    knows: "nothing",
    text: failing,
  };
}

/**
 * Looks for a text that is worth more than the honest answer to its question: the ground truth
 * cut up, repeated, with odd numbers and with pieces of known cheats.
 */
export function searchOnTruth(kind: Kind, options: SearchOptions): Found {
  const { questions, honest, fair, judge } = options;
  const texts = fc.nat(questions.length - 1).chain((at) =>
    edited(honestAnswers(questions[at]!), piece(kind, questions))
      .map((text) => ({ at, text }))
  );
  const of = ({ at, text }: { at: number; text: string }): Found => ({
    ...judgement("all", [judge(text, questions[at]!)], [honest[at]!], fair),
    knows: "all",
    at,
    text,
  });
  let best: Found | undefined;
  const failing = firstFailing(options, texts, (one) => {
    const found = of(one);
    const gain = ({ mean, at }: Found) => mean - honest[at]!;
    if (best === undefined || gain(found) > gain(best)) best = found;
    return found.verdict !== "breaks" && found.verdict !== "wins";
  });
  return failing === undefined ? best! : of(failing);
}

function rank({ verdict, mean }: Judgement): number {
  return verdict === "breaks" || verdict === "wins" ? Infinity : mean;
}

/** The first input that `holds` denies, made small; `undefined` if it never does. */
function firstFailing<T>(
  { seed, runs }: SearchOptions,
  inputs: fc.Arbitrary<T>,
  holds: (input: T) => boolean,
): T | undefined {
  const { failed, counterexample } = fc.check(fc.property(inputs, holds), {
    seed,
    numRuns: runs,
  });
  return failed ? counterexample![0] : undefined;
}

const TOKENS = [
  ..."[]{}(),:'\" \n\t_-.01a\u200b",
  "<think>",
  "</think>",
  "<answer>",
  "</answer>",
  "<|im_end|>",
  "'Position': ",
  '"Position": ',
  "'Confidence': ",
  "No Objects",
  " or ",
  "0.5",
  "-5",
  "1e309",
  "-1e308",
  "NaN",
  "Infinity",
  "9".repeat(400),
  "٢٨",
  "null",
  "true",
  "\u0430\ud800",
];

const corner = fc.oneof(
  { weight: 4, arbitrary: fc.nat(10).map((n) => n * 100) },
  fc.integer({ min: -2000, max: 2000 }),
  fc.constantFrom(1e6, -1e6, 1e300, -1e300),
);
const box = fc.tuple(corner, corner, corner, corner)
  .map(([x1, y1, x2, y2]) => ({ x1, y1, x2, y2 }));
const confidence = fc.oneof(
  fc.constantFrom<number | string>(0, 1, 0.5, -5, 1000, "NaN", "1e309", "-Infinity"),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

/** A piece of a completion that knows nothing of the ground truth. */
function piece(
  kind: Kind,
  [first]: readonly AuditQuestion[],
): fc.Arbitrary<string> {
  const { labels } = first!.asked;
  const cheats = blindCheats(kind, first!.asked).filter((text) => text.length < 2000);
  const words = wordsOf(kind, labels);
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...TOKENS) },
    { weight: 4, arbitrary: words },
    { weight: 1, arbitrary: fc.constantFrom(...cheats) },
    { weight: 1, arbitrary: fc.string({ maxLength: 4 }) },
  );
}

/** What an answer of a kind is made of. */
function wordsOf(kind: Kind, labels: readonly string[]): fc.Arbitrary<string> {
  switch (kind) {
    case "classification":
    case "text":
      return fc.constantFrom(...labels);
    case "grounding":
      return box.map(region);
    case "detection":
      return fc.tuple(box, confidence).map(([box, stated]) => item(box, stated));
    case "number":
      return fc.integer({ min: -20, max: 20 }).map(String);
    case "choice":
      return fc.constantFrom("A", "(B)", "C.", "d", ...labels);
    case "point":
      return fc.tuple(corner, corner).map(([x, y]) => `(${x},${y})`);
  }
}

/** The texts of all known cheats on a kind that know nothing of the ground truth. */
function blindCheats(kind: Kind, asked: Asked): string[] {
  return CHEATS.flatMap((cheat) =>
    cheat.knows === "nothing" && cheat.kinds.includes(kind) ? [cheat.write(asked)] : []
  );
}

function blindText(
  kind: Kind,
  questions: readonly AuditQuestion[],
): fc.Arbitrary<string> {
  const pieces = fc.array(piece(kind, questions), { maxLength: 12 });
  const cheats = blindCheats(kind, questions[0]!.asked);
  return fc.oneof(
    { withCrossShrink: true }, // a find of any form may become one of the first
    { weight: 3, arbitrary: pieces.map((list) => wrapped(list.join(""))) },
    { weight: 2, arbitrary: pieces.map((list) => wrapped(`[${list.join(", ")}]`)) },
    { weight: 1, arbitrary: pieces.map((list) => list.join("")) },
    { weight: 2, arbitrary: edited(cheats, piece(kind, questions)) },
  );
}

/** Some text with a few cuts, repetitions and insertions. */
function edited(
  texts: readonly string[],
  pieces: fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  const edit = fc.record({
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(40),
    times: fc.constantFrom(0, 1, 1, 1, 2, 20),
    insert: fc.oneof(fc.constant(""), pieces),
  });
  return fc.tuple(fc.constantFrom(...texts), fc.array(edit, { maxLength: 4 }))
    .map(([text, edits]) =>
      edits.reduce((text, { from, length, times, insert }) => {
        const start = Math.round(from * text.length);
        const cut = text.slice(start, start + length);
        return text.slice(0, start) + insert + cut.repeat(times) +
          text.slice(start + length);
      }, text)
    );
}
