import { mean } from "../../data/statistics.ts";
import { parseAnswer } from "../../stages/parse/parse_answer.ts";
import type { RewardChoice } from "../../stages/reward/score_rewards.ts";
import { CHEATS } from "./cheats.ts";
import { fairTries, honestAnswers } from "./honest.ts";
import { type Judge, judgeOf } from "./judge.ts";
import type { Target } from "../../data/questions/question.ts";
import { type AuditQuestion, auditQuestions, type Kind, KINDS } from "./questions.ts";
import { type Found, searchBlind, searchOnTruth } from "./search.ts";
import { judgement, type Knows, type Verdict } from "./verdict.ts";

/** Options of an audit, with their defaults in brackets. */
export interface AuditOptions {
  /** Weights of rewards by name; a reward that is not named has weight 1 [none]. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Of questions and search [0]. */
  readonly seed?: number;
  /** Questions of each kind, at least 8 [24]. */
  readonly questions?: number;
  /** Texts that each of the two searches of a kind tries; 0: no search [1000]. */
  readonly runs?: number;
}

/** One cheat against one kind of questions. */
export interface Finding {
  /** The kind of question. */
  readonly kind: Kind;
  /** Name of the cheat, from `CHEATS` or a search. */
  readonly cheat: string;
  /** What the cheat knows of the ground truth. */
  readonly knows: Knows;
  /** What the cheat earned, judged by what it knows. */
  readonly verdict: Verdict;
  /** Mean reward over the cheat's questions; NaN if it breaks. */
  readonly mean: number;
  /** Of the honest answers to the same questions. */
  readonly honest: number;
  /** Unless the verdict is "fails": a text, the question's target and what is wrong, for people. */
  readonly example?: {
    readonly text: string;
    readonly target: Target;
    readonly broken?: string;
  };
}

/** All cheats against one kind of questions. */
export interface KindAudit {
  /** The kind of question. */
  readonly kind: Kind;
  /** False if every text earns the same: the rewards do not concern this kind. */
  readonly judged: boolean;
  /** Mean reward of the honest answers. */
  readonly honest: number;
  /** Mean reward of fair tries. */
  readonly fair: number;
  /** In the order of `CHEATS`, then what the searches found; empty if not judged. */
  readonly findings: readonly Finding[];
}

/**
 * Attacks rewards with every known cheat and with a search for unknown ones.
 *
 * The honest reward of a question is what the best paid wording of its true answer earns. See
 * `Verdict` for when a cheat wins; rewards without a cheat that wins or breaks them are safe as
 * far as this audit goes.
 *
 * A pure function of the rewards and the options: the same seed tries the same texts.
 *
 * @throws {RangeError} If an honest answer cannot be scored, if no kind of question is
 * judged at all, or if an option is out of its range.
 *
 * @example Containment pays for a list of all labels
 * ```ts
 * import { rewardsFor } from "../../stages/reward/profiles.ts";
 * import { audit } from "./audit.ts";
 *
 * const [, classification] = audit(({ kind }) => rewardsFor("official", kind), { runs: 0 });
 * const finding = classification!.findings.find(({ cheat }) => cheat === "every label");
 * finding?.verdict; // "wins"
 * ```
 */
export function audit(
  choose: RewardChoice,
  { weights = {}, seed = 0, questions = 24, runs = 1000 }: AuditOptions = {},
): readonly KindAudit[] {
  for (const [name, value, least] of [["questions", questions, 8], ["runs", runs, 0]]) {
    if (!Number.isSafeInteger(value) || Number(value) < Number(least)) {
      throw new RangeError(
        `${name} must be a whole number of at least ${least}: it is ${value}`,
      );
    }
  }
  const judge = judgeOf(choose, weights);
  const audits = KINDS.map((kind) =>
    auditKind(kind, judge, auditQuestions(kind, questions, seed), seed, runs)
  );
  if (audits.every(({ judged }) => !judged)) {
    throw new RangeError(
      "Every text earns the same, right or wrong: there is nothing to audit in this reward",
    );
  }
  return audits;
}

function auditKind(
  kind: Kind,
  judge: Judge,
  questions: readonly AuditQuestion[],
  seed: number,
  runs: number,
): KindAudit {
  const value = (text: string, question: AuditQuestion): number => {
    const worth = judge(text, question);
    if ("value" in worth) return worth.value;
    throw new RangeError(
      `The honest answer ${JSON.stringify(text)} cannot be scored: ${worth.broken}`,
    );
  };
  const dues = questions.map((question) =>
    Math.max(...honestAnswers(question).map((text) => value(text, question)))
  );
  const tries = fairTries(questions, seed).map((text, i) => value(text, questions[i]!));
  const honest = mean(dues), fair = mean(tries);

  let alike = tries.every((worth) => worth === dues[0]) &&
    dues.every((due) => due === dues[0]);
  const findings: Finding[] = [];
  for (const cheat of CHEATS) {
    if (!cheat.kinds.includes(kind)) continue;
    const asked = questions.flatMap((question, i) => {
      const text = cheat.knows === "nothing"
        ? cheat.write(question.asked)
        : cheat.write(question);
      return text === undefined ? [] : [{ question, text, due: dues[i]! }];
    });
    if (asked.length === 0) continue;
    // A cheat that knows nothing gives every question of a kind the same text: parse it once.
    const read = cheat.knows === "nothing" ? parseAnswer(asked[0]!.text) : undefined;
    const worths = asked.map(({ text, question }) => judge(read ?? text, question));
    alike &&= worths.every((worth) => "value" in worth && worth.value === dues[0]);
    const due = asked.map(({ due }) => due);
    const judged = judgement(cheat.knows, worths, due, fair);
    const { text, question } = asked[judged.at]!;
    const { name, knows } = cheat;
    findings.push(findingOf(kind, name, { ...judged, knows, text }, question, due));
  }
  if (alike) return { kind, judged: false, honest, fair, findings: [] };

  if (runs > 0) {
    const options = { questions, honest: dues, fair, judge, seed, runs };
    const blind = searchBlind(kind, options);
    findings.push(
      findingOf(kind, "found by search, blind", blind, questions[blind.at]!, dues),
    );
    const onTruth = searchOnTruth(kind, options);
    const { at } = onTruth;
    findings.push(
      findingOf(kind, "found by search, from the truth", onTruth, questions[at]!, [
        dues[at]!,
      ]),
    );
  }
  return { kind, judged: true, honest, fair, findings };
}

function findingOf(
  kind: Kind,
  cheat: string,
  { text, broken, ...found }: Found,
  { target }: AuditQuestion,
  dues: readonly number[],
): Finding {
  const { knows, verdict } = found;
  const finding = { kind, cheat, knows, verdict, mean: found.mean, honest: mean(dues) };
  return verdict === "fails"
    ? finding
    : { ...finding, example: { text, target, broken } };
}
