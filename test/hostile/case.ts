import { fileURLToPath } from "node:url";

/** Files made to break a command, and what the command must do with them. */
export interface HostileCase {
  /** Cases of one kind are counted together. */
  readonly kind: string;
  readonly name: string;
  /**
   * Makes the case's files in an empty folder.
   *
   * @returns Arguments of `pipeline/cli/main.ts`: the command and its flags.
   */
  make(folder: string): Promise<readonly string[]>;
  /** What must happen; "either" if it may be refused or be harmless. */
  readonly outcome: "refused" | "accepted" | "either";
}

/**
 * - "refused": exit code 2 and one sentence;
 * - "accepted": exit code 0;
 * - "hung": not done after {@linkcode BUSY_SECONDS} of work, or {@linkcode WALL_SECONDS} in all;
 * - "over memory": more than {@linkcode LIMIT_MEGABYTES};
 * - "executed": code of the files has run, and left a file named {@linkcode CANARY};
 * - "crashed": anything else: another exit code, a signal, a stack trace, an overflow of the stack.
 */
export type Outcome =
  | "refused"
  | "accepted"
  | "hung"
  | "over memory"
  | "executed"
  | "crashed";

/** What a case did. */
export interface CaseResult {
  readonly outcome: Outcome;
  /** Of wall time, the start of the process included. */
  readonly seconds: number;
  /** Of a processor's time, on all cores together; 0 if the system does not say. */
  readonly busySeconds: number;
  /** Most that the process held in memory at once; 0 if the system does not say. */
  readonly megabytes: number;
  /** Last line of standard error, else of standard output. */
  readonly message: string;
}

/** Of a processor's time: a harmless command takes 4 s; the rest is what a case may cost more. */
export const BUSY_SECONDS = 14;

/** Whoever waits for a pipe is not busy; a machine with much else to do is slow. */
export const WALL_SECONDS = 60;

/** 2 GB above what a harmless command takes. */
export const LIMIT_MEGABYTES = 2600;

/** Code that gets to run writes a file of this name into the case's folder. */
export const CANARY = "executed";

const ROOT = new URL("../../", import.meta.url);
const STACK = /^\s+at .*(file:\/\/|ext:|npm:|node:)/m;
const OVERFLOW = /Maximum call stack|out of memory|Invalid (string|array) length/i;

/** Makes a case's files in a temporary folder, runs the command on them, and says what it did. */
export async function runCase(case_: HostileCase): Promise<CaseResult> {
  const folder = await Deno.makeTempDir({ prefix: "hostile-" });
  try {
    const args = await case_.make(folder);
    const result = await runCommand(args);
    const executed = await Deno.stat(`${folder}/${CANARY}`).then(() => true, () => false);
    return executed ? { ...result, outcome: "executed" } : result;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function runCommand(args: readonly string[]): Promise<CaseResult> {
  const start = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "pipeline/cli/main.ts", ...args],
    cwd: fileURLToPath(ROOT),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", TF_CPP_MIN_LOG_LEVEL: "3" },
  }).spawn();
  let megabytes = 0, busySeconds = 0, killed: "hung" | "over memory" | undefined;
  const watch = setInterval(() => {
    megabytes = Math.max(megabytes, peakMegabytes(child.pid));
    busySeconds = Math.max(busySeconds, processorSeconds(child.pid));
    if (killed !== undefined) return;
    if (megabytes > LIMIT_MEGABYTES) killed = "over memory";
    else if (busySeconds > BUSY_SECONDS) killed = "hung";
    else if (performance.now() - start > 1000 * WALL_SECONDS) killed = "hung";
    if (killed !== undefined) child.kill("SIGKILL");
  }, 20);
  const { code, signal, stdout, stderr } = await child.output()
    .finally(() => clearInterval(watch));
  const seconds = (performance.now() - start) / 1000;
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  const message = lastLine(err!) || lastLine(out!);
  const broken = signal !== null || STACK.test(err! + out!) || OVERFLOW.test(err!);
  const told = code === 0
    ? "accepted"
    : code === 2 && message.startsWith("deno task ")
    ? "refused"
    : "crashed";
  const outcome = killed ?? (broken ? "crashed" : told);
  return { outcome, seconds, busySeconds, megabytes, message };
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1)!;
}

/** Linux keeps the peak; elsewhere memory is not measured. */
function peakMegabytes(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Linux counts hundredths of seconds; elsewhere they are not measured. */
function processorSeconds(pid: number): number {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
