import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { damagedFiles } from "./damage.ts";
import type { Opened } from "./open_damaged.ts";

/** Seconds after which a copy that is neither opened nor refused counts as hung. */
const DEADLINE_SECONDS = 15;

/**
 * Opens damaged copies of the embedded model in a process of its own.
 *
 * @returns What became of each. If there are fewer than `count`, the last one hung, or ended the
 * process.
 */
export async function runDamaged(seed: number, count: number): Promise<Opened[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      fileURLToPath(new URL("open_damaged.ts", import.meta.url)),
      String(seed),
      String(count),
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const kill = () => child.kill("SIGKILL");
  let alarm = setTimeout(kill, 1000 * DEADLINE_SECONDS);
  const opened: Opened[] = [];
  // deno-lint-ignore no-explicit-any -- Node's and the web's streams differ in their types
  const lines = createInterface({ input: Readable.fromWeb(child.stdout as any) });
  for await (const line of lines) {
    clearTimeout(alarm);
    alarm = setTimeout(kill, 1000 * DEADLINE_SECONDS);
    opened.push(JSON.parse(line));
  }
  await child.status;
  clearTimeout(alarm);
  return opened;
}

/** A line for people, and one for each copy that was neither opened nor refused by name. */
export function damagedTable(
  opened: readonly Opened[],
  seed: number,
  count: number,
): string {
  const of = (one: Opened["outcome"]) => opened.filter(({ outcome }) => outcome === one);
  const slowest = Math.max(0, ...opened.map(({ seconds }) => seconds));
  const next = damagedFiles(seed, count)[opened.length];
  return [
    `${count} damaged copies of the embedded model (seed ${seed}): ` +
    `${of("opened").length} opened, ${of("refused").length} refused by name, ` +
    `${of("unnamed").length} refused without; slowest ${slowest.toFixed(1)} s`,
    ...of("unnamed").map(({ file, what, message }) =>
      `BAD  ${file}, ${what}: ${message}`
    ),
    ...next ? [`BAD  ${next.file}, ${next.what}: hung, or ended the process`] : [],
  ].join("\n");
}
