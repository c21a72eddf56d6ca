import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../pipeline/cli/main.ts", import.meta.url));

/** Flags of a run of some seconds that saves a checkpoint at every step. */
export function tinyRun(out: string, backend: string, steps: number): string[] {
  const flags = {
    steps,
    backend,
    out,
    "eval-samples": 2,
    "batch-size": 2,
    "num-generations": 2,
    "max-completion-length": 8,
    "save-steps": 1,
    "eval-steps": 3,
  };
  return Object.entries(flags).flatMap(([name, value]) => [`--${name}`, `${value}`]);
}

/** Starts `train` as a process of its own. */
export function startTrain(args: readonly string[], cwd?: string): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", CLI, "train", ...args, "--json"],
    cwd,
    env: { TF_CPP_MIN_LOG_LEVEL: "3" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

/** Lets a run go to its end; resolves to what it said on standard error. */
export async function ended(child: Deno.ChildProcess): Promise<string> {
  const { code, stderr } = await child.output();
  const said = new TextDecoder().decode(stderr);
  if (code !== 0) throw new Error(`Exit code ${code}: ${said}`);
  return said;
}

/** All that two runs of one seed share: names of files, and their bytes but for the clock. */
export async function fingerprint(run: string): Promise<Record<string, string>> {
  const prints: Record<string, string> = {};
  for (const path of [...files(run)].sort()) {
    const name = relative(run, path);
    const bytes = await Deno.readFile(path);
    prints[name] = name === "metrics.jsonl"
      ? timeless(new TextDecoder().decode(bytes))
      : name.endsWith(".json") && name.startsWith("checkpoints") || name === ".lock" ||
          name === "trainer.json"
      ? "there" // clocks, folders and checksums of clocks
      : await sha256(bytes);
  }
  return prints;
}

function* files(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* files(path);
    else yield path;
  }
}

function timeless(text: string): string {
  return text.trimEnd().split("\n").map((line) => {
    const { step_time: _, seconds: __, run: ___, ...record } = JSON.parse(line);
    delete record.settings?.out;
    return JSON.stringify(record);
  }).join("\n");
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, "0")).join("");
}
