import type { Target } from "../../../data/questions/question.ts";
import assert from "node:assert/strict";
import { audit, type KindAudit } from "../../../pipeline/audit/audit.ts";
import { CHEATS } from "../../../pipeline/audit/cheats.ts";
import { KINDS } from "../../../pipeline/audit/questions.ts";
import type { Verdict } from "../../../pipeline/audit/verdict.ts";
import type { Reward } from "../../../stages/records.ts";
import { type Profile, rewardsFor } from "../../../stages/reward/profiles.ts";

const of = (profile: Profile, runs: number) =>
  audit(({ kind }) => rewardsFor(profile, kind), { runs });
const paper = of("paper", 0), official = of("official", 300);
const hardened = of("hardened", 1000);

/** Cheats with a verdict, as "kind: cheat". */
function named(audits: readonly KindAudit[], ...verdicts: Verdict[]): readonly string[] {
  return audits.flatMap(({ findings }) => findings)
    .filter(({ verdict }) => verdicts.includes(verdict))
    .map(({ kind, cheat }) => `${kind}: ${cheat}`);
}

/** An audit of one reward alone. */
const alone = (reward: Reward, runs = 0) => audit(() => ({ mine: reward }), { runs });

Deno.test("cheats have names that are unique within a kind", () => {
  for (const kind of KINDS) {
    const names = CHEATS.filter(({ kinds }) => kinds.includes(kind)).map((c) => c.name);
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.length > 20, `${kind}: ${names.length}`);
  }
});

Deno.test("no cheat wins, tempts or breaks the hardened rewards, nor does the search find one", () => {
  assert.deepEqual(named(hardened, "wins", "breaks", "tempts"), []);
  for (const { judged, findings, honest, fair, kind } of hardened) {
    assert.ok(judged);
    assert.equal(
      findings.length,
      CHEATS.filter((c) => c.kinds.includes(kind)).length + 2,
    );
    // The honest answer earns all there is to earn.
    assert.equal(honest, kind === "detection" ? 3 : 2);
    assert.ok(fair < honest * 0.8 && fair > honest * 0.6, `${fair}`);
    assert.ok(findings.every(({ example }) => example === undefined));
  }
});

Deno.test("the official rewards show the known cheats", () => {
  const wins = named(official, "wins");
  for (
    const known of [
      "classification: empty answer",
      "classification: every label",
      "classification: prompt as the answer",
      "classification: a piece of the label",
      "classification: the label, denied",
      "classification: found by search, blind",
      "grounding: inverted corners",
      "grounding: found by search, from the truth",
    ]
  ) assert.ok(wins.includes(known), known);
  // Python's JSON reads NaN, and the search comes upon it by itself.
  const breaks = named(official, "breaks");
  assert.ok(breaks.includes("detection: confidence NaN"));
  assert.ok(breaks.includes("detection: found by search, blind"));
  const tempts = named(official, "tempts");
  assert.ok(tempts.includes("detection: confidence −5"));
  assert.ok(tempts.includes("detection: confidence 0"));
});

Deno.test("the paper's formulas pay for boxes that are doubted or left out", () => {
  const wins = named(paper, "wins");
  assert.ok(wins.includes("detection: confidence 0"));
  assert.ok(wins.includes("detection: one box of several"));
  assert.deepEqual(named(paper, "breaks"), []);
});

Deno.test("an audit gives the same, asked twice, and other figures under another seed", () => {
  const at = (seed: number) =>
    audit(({ kind }) => rewardsFor("hardened", kind), { seed, runs: 10 });
  assert.deepEqual(at(0), at(0));
  assert.notDeepEqual(at(0), at(1));
  assert.deepEqual(named(at(1), "wins", "breaks", "tempts"), []);
});

Deno.test("an audit shows what is wrong with a reward of one's own", () => {
  const contains: Reward = ({ content = "" }, target) =>
    target.kind === "classification" && content.includes(target.label) ? 1 : 0;
  const audits = alone(contains);
  assert.deepEqual(audits.map(({ judged }) => judged), [
    ...[false, true, false],
    ...[false, false, false, false],
  ]);
  const wins = named(audits, "wins");
  assert.ok(wins.includes("classification: every label"));
  assert.ok(wins.includes("classification: the label, denied"));
  assert.ok(!wins.includes("classification: empty answer"));

  const long: Reward = ({ text }) => text.length / 1000;
  assert.ok(named(alone(long), "wins").includes("detection: huge answer"));
});

Deno.test("the search finds a hole that no known cheat goes through, and makes it small", () => {
  const { classification } = Object.fromEntries(
    alone(({ content, wellFormed }, target) => {
      if (target.kind !== "classification") return 0;
      if (content?.includes("1e309") && wellFormed) return 3;
      return content === target.label ? 1 : 0;
    }, 1000).map((one) => [one.kind, one]),
  );
  const wins = classification!.findings.filter(({ verdict }) => verdict === "wins");
  assert.ok(wins.every(({ cheat }) => cheat.startsWith("found by search")));
  const text = wins.find(({ knows }) => knows === "nothing")!.example!.text;
  assert.equal(text, "<think>I look.</think><answer>1e309</answer>");
});

Deno.test("an audit names the reward that breaks, and the text that breaks it", () => {
  const [detection] = alone(({ detections }) => {
    if (detections.length > 100) throw new RangeError("too many");
    return detections.length / 100;
  });
  const finding = detection!.findings.find(({ cheat }) => cheat === "thousand boxes");
  assert.equal(finding!.verdict, "breaks");
  assert.equal(finding!.example!.broken, 'reward "mine" threw: RangeError: too many');
  assert.ok(Number.isNaN(finding!.mean));
});

Deno.test("an audit weighs rewards", () => {
  const choose = ({ kind }: Target) => ({
    ...rewardsFor("hardened", kind),
    long: ({ text }: { text: string }) => Math.min(text.length / 100_000, 1),
  });
  const at = (long: number) =>
    named(audit(choose, { weights: { long }, runs: 0 }), "wins");
  // Huge thoughts are worth more than short ones, as soon as length has any weight.
  assert.deepEqual(at(0), []);
  assert.ok(at(0.5).includes("classification: truth after huge thoughts"));
});

Deno.test("what cannot be audited is refused", () => {
  assert.throws(() => alone(() => 1), /RangeError: Every text earns the same/);
  assert.throws(
    () => alone(() => NaN),
    /RangeError: The honest answer ".*" cannot be scored: reward "mine" is not a finite number: it is NaN/,
  );
  const hardened = () => rewardsFor("hardened", "detection");
  assert.throws(
    () => audit(hardened, { questions: 7 }),
    /RangeError: questions .* 8: it/,
  );
  assert.throws(() => audit(hardened, { runs: 0.5 }), /RangeError: runs .*: it is 0.5/);
});
