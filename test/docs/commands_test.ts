/**
 * Runs the commands that the pages show, shortened by rule, each page in a folder of its own and
 * without a network. Commands that cannot run in a test say why on the page
 * (```` ```sh not-run=REASON ````); of these, and of commands inside of a sentence, the task and
 * its flags have to exist.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { from, lastValueFrom, mergeMap, toArray } from "rxjs";
import deno from "../../deno.json" with { type: "json" };
import { codeSpans, commands, type Page, readPages, ROOT } from "../support/pages.ts";

/** The command lines of tasks. */
const TASKS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(deno.tasks)
    .map(([name, task]) => [name, task.command]),
);
const pages = readPages();

/** A run that shows that a command works and not what comes of it. */
const SHORT = [
  "--eval-samples",
  "2",
  "--max-completion-length",
  "8",
  "--backend",
  "wasm",
];
const SHORT_RUN = ["--steps", "1", "--batch-size", "2", "--save-steps", "0", ...SHORT];
/** What is added to a command's flags, by task: the last of two equal flags counts. */
const SHORTENED: Readonly<Record<string, readonly string[]>> = {
  train: [...SHORT_RUN, "--num-generations", "2"],
  sft: SHORT_RUN,
  evaluate: SHORT,
  audit: ["--runs", "100"],
};

interface Command {
  readonly page: Page;
  /** A task, or the script that `deno run` starts. */
  readonly task: string;
  readonly args: readonly string[];
  readonly text: string;
  /** The page says that it ends with this code. */
  readonly code: number;
}

/** A command that starts a task or a script of ours; another is told by its text. */
function readCommand(page: Page, command: string, comment: string): Command | string {
  const text = command.replace(/^npx -y deno@[\d.]+ /, "deno ").split(" | ")[0]!;
  const [, task, rest] = /^deno (?:task|run -A) (\S+)(.*)$/.exec(text) ?? [];
  if (task === undefined) return command;
  const args = rest!.split(" ").filter((arg) => arg !== "");
  const code = Number(/^exit code (\d+):/.exec(comment)?.[1] ?? 0);
  return { page, task, args, text, code };
}

const blocks = pages.flatMap((page) =>
  page.fences.filter(({ language }) =>
    ["sh", "bash", "shell", "console"].includes(language)
  )
    .map((fence) => ({ page, ...fence }))
);
const shown = blocks.flatMap(({ page, code, notRun }) =>
  commands(code).map(({ command, comment }) => ({
    notRun,
    command: readCommand(page, command, comment),
  }))
);
const spans = pages.flatMap((page) =>
  codeSpans(page).filter((code) => /^(npx -y deno@\S+|deno) task \S/.test(code))
    .map((code) => readCommand(page, code, "") as Command)
);
const isTest = ({ task }: Command) => /^test\b/.test(task);

/** Runs a program; with no Hub and no colours. */
async function output(command: string, args: readonly string[], cwd: string) {
  const { INIT_CWD: _, ...env } = Deno.env.toObject();
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd,
    clearEnv: true,
    env: { ...env, NO_COLOR: "1", HF_HUB_OFFLINE: "1" },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

/** The program and arguments of a task or script, for any folder to run in. */
function line(task: string): string[] {
  const [script, ...args] = task.endsWith(".ts")
    ? [task]
    : TASKS[task]!.split("deno run ").at(-1)!.split(" ")
      .filter((word) => !word.startsWith("-"));
  return [
    "run",
    "-qA",
    "--config",
    join(ROOT, "deno.json"),
    join(ROOT, script!),
    ...args,
  ];
}

/** What is added to a command for a test of it. */
function added({ task, args }: Command): readonly string[] {
  const name = task.endsWith(".ts") ? args[0]! : task;
  if (args.includes("--predictions")) return []; // asks no model
  const port = args.includes("--watch") ? ["--watch-port", "0"] : [];
  return [...SHORTENED[name] ?? [], ...port];
}

const helps = new Map<string, Promise<ReadonlySet<string>>>();

/** The flags that a task's --help names, and for experiments those of runs too. */
function flagsOf(task: string): Promise<ReadonlySet<string>> {
  const ask = async () => {
    const { code, stdout } = await output(
      Deno.execPath(),
      [...line(task), "--help"],
      ROOT,
    );
    assert.equal(code, 0, `${task} --help`);
    const own = [...stdout.matchAll(/(?<![\w-])--[a-z][\w-]*/g)].map(([flag]) => flag);
    const more = task === "experiment"
      ? [await flagsOf("train"), await flagsOf("sft")]
      : [];
    return new Set([...own, ...more.flatMap((flags) => [...flags])]);
  };
  if (!helps.has(task)) helps.set(task, ask());
  return helps.get(task)!;
}

async function checkFlags({ page, task, args, text }: Command): Promise<void> {
  assert.ok(
    Object.hasOwn(TASKS, task),
    `${page.path}: ${text}: there is no task ${task}`,
  );
  const given = args.filter((arg) => arg.startsWith("--"));
  if (given.length === 0) return;
  const known = await flagsOf(task);
  for (const flag of given) {
    const [name] = flag.split("=");
    assert.ok(known.has(name!), `${page.path}: ${text}: there is no flag ${name}`);
  }
}

Deno.test("every command in a block starts a task, or says why it is not run", () => {
  const others = shown.filter(({ command, notRun }) =>
    typeof command === "string" && notRun === undefined
  );
  assert.deepEqual(others.map(({ command }) => command), []);
  assert.ok(shown.length > 20);
});

Deno.test("tasks and flags exist of commands that are not run, and of those in sentences", async () => {
  const notRun = shown.filter(({ notRun, command }) =>
    notRun !== undefined && typeof command !== "string"
  ).map(({ command }) => command as Command);
  assert.ok(notRun.length > 3 && spans.length > 10);
  for (const command of [...notRun, ...spans]) await checkFlags(command);
});

Deno.test("every flag that a page names exists", async () => {
  const tasks = ["train", "sft", "evaluate", "experiment", "report", "audit", "merge"];
  tasks.push("native", "check-data", "init", "pretrain", "bench");
  const known = new Set(["--no-remote"]); // of deno
  for (const task of tasks) for (const flag of await flagsOf(task)) known.add(flag);
  for (const page of pages) {
    for (const code of codeSpans(page)) {
      const flag = /^--[a-z][a-z0-9-]*/.exec(code)?.[0];
      if (flag) assert.ok(known.has(flag), `${page.path}: ${code}`);
    }
  }
});

/** Runs all commands of a page in its folder, one after the other. */
async function runPage(list: readonly Command[], folder: string): Promise<void> {
  for (const command of list) {
    const { page, task, args, text, code } = command;
    const all = [...line(task), ...args, ...added(command)];
    const done = await output(Deno.execPath(), all, folder);
    assert.equal(
      done.code,
      code,
      `${page.path}: ${text}\n${done.stdout}\n${done.stderr}`,
    );
  }
}

/** What the pages' commands find where they run: a run, files of their own, results. */
async function prepare(page: Page, folder: string, run: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const text = page.fences.map(({ code }) => code).join("");
  if (text.includes("runs/first")) {
    await Deno.mkdir(join(folder, "runs"));
    await copyFolder(run, join(folder, "runs/first"));
  }
  for (const { language, code } of pages.flatMap(({ fences }) => fences)) {
    const name = /^\/\/ ([\w.]+\.ts)\n/.exec(code)?.[1];
    if (language === "ts" && name) await Deno.writeTextFile(join(folder, name), code);
  }
  const results = join(ROOT, "test/fixtures/coco/main");
  await Deno.copyFile(join(results, "detections.json"), join(folder, "results.json"));
  await Deno.copyFile(join(results, "instances.json"), join(folder, "instances.json"));
}

async function copyFolder(source: string, target: string): Promise<void> {
  await Deno.mkdir(target);
  for await (const { name, isDirectory } of Deno.readDir(source)) {
    const copy = isDirectory ? copyFolder : Deno.copyFile;
    await copy(join(source, name), join(target, name));
  }
}

Deno.test("the commands of README and docs run", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const run = join(folder, "first");
    const first = [
      "train",
      ...SHORTENED.train!,
      "--out",
      run,
      "--data",
      "emoji:detection",
    ];
    const made = await output(
      Deno.execPath(),
      [...line("train"), ...first.slice(1)],
      folder,
    );
    assert.equal(made.code, 0, made.stderr);
    const seen = new Set<string>();
    const work: { page: Page; list: readonly Command[] }[] = [];
    for (const page of pages) {
      const list = shown.filter(({ notRun }) => notRun === undefined)
        .map(({ command }) => command as Command)
        .filter((command) => command.page === page && !isTest(command)); // not itself
      if (list.every(({ text }) => seen.has(text))) continue; // another page has shown them
      work.push({ page, list });
      for (const { text } of list) seen.add(text);
    }
    assert.ok(seen.size > 15);
    await lastValueFrom(
      from(work).pipe(
        mergeMap(async ({ page, list }) => {
          const place = join(folder, page.path.replaceAll("/", "-"));
          await prepare(page, place, run);
          await runPage(list, place);
        }, 2),
        toArray(),
      ),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
