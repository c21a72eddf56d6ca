/**
 * How many completions are scored in a second, on one thread: from text to rewards, parsing
 * included; the best of five rounds. Beside them the authors' Python functions, where Python and
 * a checkout of their repository are there, and whether both give the same rewards.
 *
 * `deno run -A bench/rewards.ts [--official DIR]`, with DIR the folder of a clone of
 * https://github.com/Liuziyu77/Visual-RFT, which the environment variable OFFICIAL may name too.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "../data/questions/question.ts";
import { stream } from "../data/random.ts";
import { fairTries, honestAnswers } from "../pipeline/audit/honest.ts";
import { auditQuestions } from "../pipeline/audit/questions.ts";
import { formatSolution } from "../stages/parse/format_solution.ts";
import { parseAnswer } from "../stages/parse/parse_answer.ts";
import { type Profile, PROFILES, rewardsFor } from "../stages/reward/profiles.ts";

const SIZE = 20_000, ROUNDS = 5;

/** A completion, what it answers, and how the authors' data writes the truth. */
interface Row {
  readonly completion: string;
  readonly target: Target;
  readonly solution: string;
}

/** Answers as a policy gives them: right, half right, cut off or without their form. */
function rowsOf(kind: "detection" | "classification"): readonly Row[] {
  const questions = auditQuestions(kind, SIZE, 0);
  const tries = fairTries(questions, 0);
  const next = stream(1);
  return questions.map((question, i) => {
    const { target } = question;
    const u = next();
    const right = honestAnswers(question)[0]!;
    const completion = u < 0.4
      ? right
      : u < 0.8
      ? tries[i]!
      : u < 0.9
      ? right.slice(0, Math.floor(right.length * next()))
      : right.replace("<think>", "");
    return { completion, target, solution: formatSolution(target) };
  });
}

/** Rewards of every row, one after the other. */
function scored(rows: readonly Row[], profile: Profile): number[][] {
  return rows.map(({ completion, target }) => {
    const answer = parseAnswer(completion);
    return Object.values(rewardsFor(profile, target.kind))
      .map((reward) => reward(answer, target));
  });
}

/** Rows a second, the best of some rounds. */
function ours(rows: readonly Row[], profile: Profile): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const from = performance.now();
    scored(rows, profile);
    best = Math.min(best, performance.now() - from);
  }
  return rows.length / best * 1000;
}

/** Cuts the authors' functions out of their scripts, runs them and times them. */
const PYTHON = String.raw`
import ast, json, sys, time
path, wanted, rounds = sys.argv[1], sys.argv[2].split(","), int(sys.argv[3])
tree = ast.parse(open(path, encoding="utf-8").read())
tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name != "main"]
scope = {}
exec("import os, re, json\nfrom datetime import datetime", scope)
def absent(*_):
    raise RuntimeError("the symbolic shortcut is left out")
exec(compile(tree, path, "exec"), scope)
scope["parse"] = scope["verify"] = absent
rows = json.load(sys.stdin)
completions = [[{"content": row["completion"]}] for row in rows]
solution = [row["solution"] for row in rows]
best = float("inf")
for _ in range(rounds):
    start = time.perf_counter()
    rewards = [scope[name](completions, solution=solution) for name in wanted]
    best = min(best, time.perf_counter() - start)
print(json.dumps({"seconds": best, "rewards": rewards}))
`;

const SCRIPTS = {
  detection: {
    file: "grpo.py",
    functions: ["accuracy_reward_iou", "accuracy_reward_confidence", "format_reward"],
  },
  classification: {
    file: "grpo_classification.py",
    functions: ["accuracy_reward", "format_reward"],
  },
} as const;

interface Theirs {
  readonly seconds: number;
  /** [function][row] */
  readonly rewards: readonly (readonly number[])[];
}

async function theirs(
  rows: readonly Row[],
  kind: keyof typeof SCRIPTS,
  folder: string,
): Promise<Theirs> {
  const { file, functions } = SCRIPTS[kind];
  const path = join(folder, "src", "virft", "src", "open_r1", file);
  if (!existsSync(path)) throw new Error(`there is no ${path}`);
  const child = new Deno.Command("python3", {
    args: ["-c", PYTHON, path, functions.join(","), String(ROUNDS)],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(rows)));
  await writer.close();
  const { success, stdout, stderr } = await output;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (!success) throw new Error(text(stderr).split("\n").at(-1));
  return JSON.parse(text(stdout));
}

function different(own: readonly number[][], { rewards }: Theirs): number {
  return own.filter((values, row) =>
    values.some((value, i) => Math.abs(value - rewards[i]![row]!) > 1e-9)
  ).length;
}

const flag = Deno.args.indexOf("--official");
const folder = flag >= 0 ? Deno.args[flag + 1] : Deno.env.get("OFFICIAL");

console.log("completions a second, one thread");
for (const kind of ["detection", "classification"] as const) {
  const rows = rowsOf(kind);
  const speeds = new Map<string, number>();
  for (const profile of PROFILES) speeds.set(profile, ours(rows, profile));
  for (const [name, speed] of speeds) {
    console.log(`${kind.padEnd(15)} ${name.padEnd(22)} ${speed.toFixed(0).padStart(9)}`);
  }
  if (folder === undefined) continue;
  try {
    const python = await theirs(rows, kind, folder);
    const speed = rows.length / python.seconds;
    const ratio = speeds.get("official")! / speed;
    console.log(
      `${kind.padEnd(15)} ${"the authors' Python".padEnd(22)} ${
        speed.toFixed(0).padStart(9)
      }   official here: ${ratio.toFixed(1)} times as many; ` +
        `${different(scored(rows, "official"), python)} of ${rows.length} differ`,
    );
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "python3 is not installed"
      : (error as Error).message;
    console.log(`${kind.padEnd(15)} the authors' Python is left out: ${reason}`);
  }
}
if (folder === undefined) {
  console.log(
    "The authors' Python functions are left out: --official takes the folder of a clone of " +
      "their repository",
  );
}
