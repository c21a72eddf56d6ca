/**
 * `deno task audit`: attacks rewards with known cheats and a search for unknown ones.
 *
 * Exit codes: 0 no cheat wins; 1 a cheat wins or breaks a reward; 2 something cannot be used,
 * told in one sentence on standard error.
 *
 * @module
 */
import { Command } from "npm:commander@15.1.0";
import { chooseRewards } from "../../stages/reward/choose_rewards.ts";
import { PROFILES } from "../../stages/reward/profiles.ts";
import { checkRewardWeights } from "../../stages/reward/reward_weights.ts";
import { withoutExit } from "../../stages/reward/judge/without_exit.ts";
import { loadRewards } from "../open/load_rewards.ts";
import { readFlags } from "./flags.ts";
import { runCommand } from "./run_command.ts";
import { resolveSettings } from "../settings/settings.ts";
import { audit, type Finding, type KindAudit } from "../audit/audit.ts";
import { auditTable } from "./audit_table.ts";

const DESCRIPTION = "Attack rewards with known cheats, and search for unknown ones. " +
  "Exit code 1 where one wins.";

/** Runs the command; resolves to its exit code. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand("audit", () => run(args), args);
}

async function run(args: readonly string[]): Promise<number> {
  const { questions, runs, json, ...settings } = read(args);
  const { profile, reward, rewardWeights: weights, seed } = resolveSettings(settings);
  using _ = withoutExit(); // which would be exit code 0: no cheat wins
  const { rewards } = await loadRewards(reward); // in this thread: the audit calls them
  const own = chooseRewards(profile, rewards);
  checkRewardWeights(weights, profile, rewards);
  const audited = reward.length > 0 ? "yours" : profile;

  const columns: Record<string, readonly KindAudit[]> = {};
  for (const name of PROFILES) {
    if (name === audited) continue;
    columns[name] = audit(chooseRewards(name), { seed, questions, runs: 0 });
  }
  // Last, so that its search and verdicts stand at the end of the rows.
  columns[audited] = audit(own, { weights, seed, questions, runs });

  const findings = columns[audited]!.flatMap(({ findings }) => findings);
  const count = (verdict: Finding["verdict"]) =>
    findings.filter((finding) => finding.verdict === verdict).length;
  const [wins, breaks, tempts] = [count("wins"), count("breaks"), count("tempts")];
  if (json) {
    const others = (finding: Finding) =>
      Object.fromEntries(
        Object.entries(columns).map(([name, kinds]) => [
          name,
          kinds.flatMap(({ findings }) => findings).find(({ kind, cheat }) =>
            kind === finding.kind && cheat === finding.cheat
          )?.mean,
        ]),
      );
    for (const finding of findings) {
      print({ type: "finding", ...finding, means: others(finding) });
    }
    const cheats = findings.length;
    print({
      type: "audit",
      audited,
      profile,
      reward,
      weights,
      seed,
      questions,
      runs,
      cheats,
      wins,
      breaks,
      tempts,
    });
  } else {
    console.log(auditTable(columns, audited));
    const examples = findings.filter(({ example }) => example).map(exampleOf);
    if (examples.length > 0) console.log(`\n${examples.join("\n")}`);
    console.log(`\n${audited}: ${summary(findings.length, wins, breaks, tempts)}`);
  }
  return wins + breaks > 0 ? 1 : 0;
}

function read(args: readonly string[]) {
  const own = new Command("deno task audit")
    .usage("[flags]")
    .description(DESCRIPTION)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .option(
      "--profile <name>",
      "rewards to attack: paper, official, hardened (default), none",
    )
    .option(
      "--reward <modules>",
      "modules of your own rewards, beside the profile's",
      join,
    )
    .option("--reward-weights <weights>", "weights of rewards by name")
    .option("--seed <number>", "of questions and search")
    .option("--questions <number>", "questions of each kind, at least 8", Number, 24)
    .option("--runs <number>", "texts of each search; 0: no search", Number, 1000)
    .option("--json", "JSON lines: a finding each, and the outcome", false)
    .parse([...args], { from: "user" });
  const { questions, runs, json, ...texts } = own.opts();
  const shared = Object.entries(texts as Record<string, string>).flatMap((
    [name, text],
  ) => [name === "rewardWeights" ? "--reward-weights" : `--${name}`, text]);
  const flags = readFlags("train", shared);
  if (typeof flags === "string") throw new TypeError("--help lists all flags");
  return { ...flags.settings, questions, runs, json } as
    & typeof flags.settings
    & { readonly questions: number; readonly runs: number; readonly json: boolean };
}

function join(text: string, before?: string): string {
  return before === undefined ? text : `${before},${text}`;
}

function exampleOf({ kind, cheat, verdict, example }: Finding): string {
  const { text, broken } = example!;
  const cut = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  const why = broken === undefined ? "" : ` (${broken})`;
  return `${verdict}: ${kind}, ${cheat}${why}: ${JSON.stringify(cut)}`;
}

function summary(cheats: number, wins: number, breaks: number, tempts: number): string {
  const drawn = tempts > 0 ? `; ${tempts} earn more than a fair try` : "";
  if (wins + breaks === 0) return `none of ${cheats} cheats wins${drawn}`;
  return `${wins} of ${cheats} cheats win, ${breaks} break a reward${drawn}`;
}

function print(record: unknown): void {
  console.log(JSON.stringify(record));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
