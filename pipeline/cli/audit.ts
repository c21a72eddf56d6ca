import { chooseRewards } from "../../stages/reward/choose_rewards.ts";
import { PROFILES } from "../../stages/reward/profiles.ts";
import { checkRewardWeights } from "../../stages/reward/reward_weights.ts";
import { withoutExit } from "../../stages/reward/judge/without_exit.ts";
import type { Finding, KindAudit } from "../audit/audit.ts";
import { resolveSettings, type Settings } from "../settings/settings.ts";
import { auditTable } from "./audit_table.ts";
import type { CliCommand } from "./command.ts";
import { addFlags, type FlagValues, flagValues } from "./flag.ts";
import { addSomeSettings, readSettings } from "./setting_flags.ts";

const FLAGS = {
  questions: {
    kind: "count",
    least: 8,
    default: 24,
    about: "Questions of each kind",
  },
  runs: {
    kind: "count",
    least: 0,
    default: 1000,
    about: "Texts of each search; 0 does not search",
  },
  json: { kind: "switch", about: "Write a JSON line for each finding, and the outcome" },
} as const;

/** `deno task audit`: attacks rewards with known cheats and a search for unknown ones. */
export const audit: CliCommand = {
  declare(command) {
    addSomeSettings(command, ["profile", "reward", "rewardWeights", "seed"]);
    addFlags(command, FLAGS);
    command.addHelpText("after", "\nExit code 1: a cheat wins, or breaks a reward.");
  },
  async run(command) {
    const settings = resolveSettings(await readSettings(command));
    return await attack(settings, flagValues(command, FLAGS));
  },
};

async function attack(
  { profile, reward, rewardWeights: weights, seed }: Settings,
  { questions, runs, json }: FlagValues<typeof FLAGS>,
): Promise<number> {
  // Loaded here: --help and faults in flags need none of it.
  const { audit } = await import("../audit/audit.ts");
  const { loadRewards } = await import("../open/load_rewards.ts");
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
