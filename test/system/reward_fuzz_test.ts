/**
 * Any text through the parser and every reward: 3,000 texts here, 100,000 by
 * `deno task test:fuzz`; the environment variable FUZZ says how many.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Target } from "../../data/questions/question.ts";
import { CHEATS } from "../../pipeline/audit/cheats.ts";
import { auditQuestions, KINDS } from "../../pipeline/audit/questions.ts";
import { parseAnswer } from "../../stages/parse/parse_answer.ts";
import { formatSolution } from "../../stages/parse/format_solution.ts";
import { type Profile, PROFILES, rewardsFor } from "../../stages/reward/profiles.ts";
import { completionText } from "../support/completions.ts";
import { detectionTarget, trueBox, trueBoxes } from "../support/detections.ts";

const RUNS = Number(Deno.env.get("FUZZ") ?? 3000);

/** Cheats and honest answers that are short enough to be cut up a hundred thousand times. */
const KNOWN = KINDS.flatMap((kind) => {
  const [question] = auditQuestions(kind, 8, 0);
  const cheats = CHEATS.filter(({ kinds }) => kinds.includes(kind)).map((cheat) =>
    cheat.knows === "nothing" ? cheat.write(question!.asked) : cheat.write(question!)
  );
  return [formatSolution(question!.target, "I look."), ...cheats];
}).filter((text) => text !== undefined && text.length < 3000) as string[];

/** A known text with another one, or with rubbish, in the middle of it. */
const spliced = fc.tuple(
  fc.constantFrom(...KNOWN),
  fc.oneof(fc.constantFrom(...KNOWN), fc.string({ unit: "binary" }), completionText),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.nat(10),
).map(([text, other, share, length]) => {
  const at = Math.round(share * text.length);
  return text.slice(0, at) + other + text.slice(at + length);
});

/** A target of every kind. */
const targets = fc.tuple(
  trueBoxes.map(detectionTarget),
  fc.constantFrom("cat", "ATR-42", "Étude fleur", "-")
    .map((label): Target => ({ kind: "classification", label, aliases: ["猫", "NaN"] })),
  trueBox.map((box): Target => ({ kind: "grounding", box })),
);

const FRAMES = [
  { kind: "pixels", width: 7, height: 100_000 },
  { kind: "unit" },
  { kind: "per mille" },
] as const;

const anyText = fc.oneof(completionText, spliced);

/** The ranges that the rewards' documentation states. */
function inRange(profile: Profile, kind: Target["kind"], name: string, r: number) {
  if (profile === "official" && kind === "grounding" && name === "iou") return true;
  if (profile === "official" && name === "confidence" && Number.isNaN(r)) return true;
  return r >= 0 && r <= 1;
}

Deno.test(`${RUNS} fuzzed texts: every parser reads them, every reward keeps its range`, () => {
  let detections = 0, wellFormed = 0, above = 0;
  fc.assert(
    fc.property(anyText, targets, (text, targets) => {
      const [, , answer] = FRAMES.map((frame) => {
        const answer = parseAnswer(text, frame);
        for (const { box, confidence = 0 } of answer.detections) {
          const numbers = [box.x1, box.y1, box.x2, box.y2, confidence];
          assert.ok(numbers.every(Number.isFinite), `${numbers}`);
        }
        return answer;
      });
      for (const profile of PROFILES) {
        for (const target of targets) {
          const rewards = rewardsFor(profile, target.kind);
          for (const [name, reward] of Object.entries(rewards)) {
            const r = reward(answer!, target);
            assert.equal(typeof r, "number");
            const label = `${profile} ${target.kind} ${name} is ${r}`;
            assert.ok(inRange(profile, target.kind, name, r), label);
            if (r > 0 && name !== "format") above++;
          }
        }
      }
      detections += Number(answer!.detections.length > 0);
      wellFormed += Number(answer!.wellFormed);
    }),
    { numRuns: RUNS, seed: 20_250_303 },
  );
  // Rubbish alone would prove little: many texts have boxes, form, and earn something.
  assert.ok(detections > RUNS / 20, `${detections} texts with boxes`);
  assert.ok(wellFormed > RUNS / 20, `${wellFormed} well-formed texts`);
  assert.ok(above > RUNS / 20, `${above} rewards above 0`);
});
