/**
 * `deno task test:hostile [KIND…]`: runs every hostile case, or those of the kinds named, as a
 * user would, two at a time, and opens damaged copies of the embedded model and of data files;
 * prints tables of what they did; exit code 1 unless each did what it must.
 *
 * A folder beside this file that has cases exports them from its cases.ts as `CASES`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { type CaseResult, type HostileCase, runCase } from "./case.ts";
import { countsTable, isRight } from "./counts_table.ts";
import { damagedTable, runDamaged } from "./run_damaged.ts";

/** At once: one for each of two cores. */
const LANES = 2;
/** Damaged copies of the embedded model, 50 a second. */
const DAMAGED = 4000;

async function allCases(): Promise<HostileCase[]> {
  const here = new URL("./", import.meta.url);
  const lists: HostileCase[][] = [];
  for (const { name, isDirectory } of [...Deno.readDirSync(here)].sort(byName)) {
    if (isDirectory) lists.push((await import(`${here}${name}/cases.ts`)).CASES);
  }
  return lists.flat();
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

async function runAll(cases: readonly HostileCase[]) {
  const done: [HostileCase, CaseResult][] = [];
  const queue = cases.values(); // shared: each lane takes the next
  const lane = async () => {
    for (const case_ of queue) {
      const result = await runCase(case_);
      done.push([case_, result]);
      const { outcome, busySeconds, megabytes, message } = result;
      console.log(
        `${
          isRight(case_, result) ? "ok  " : "BAD "
        } ${case_.kind}: ${case_.name}: ${outcome}, ` +
          `${busySeconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB: ${
            message.slice(0, 300)
          }`,
      );
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return done;
}

/** Reads damaged data files, as the ordinary tests do, but many; whether all went well. */
async function damagedData(): Promise<boolean> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "-A",
      fileURLToPath(new URL("./damaged_data_test.ts", import.meta.url)),
    ],
    env: { DAMAGED: "400" },
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  return code === 0;
}

if (import.meta.main) {
  const start = performance.now();
  const cases = (await allCases()).filter(({ kind }) =>
    Deno.args.length === 0 || Deno.args.includes(kind)
  );
  if (cases.length === 0) {
    console.error(
      `There is no case of kind ${Deno.args.join(" or ")}: name no kind for all`,
    );
    Deno.exit(2);
  }
  const done = await runAll(cases);
  console.log(`\n${countsTable(done)}`);
  let right = done.every(([case_, result]) => isRight(case_, result));
  if (Deno.args.length === 0) {
    const seed = crypto.getRandomValues(new Uint32Array(1))[0]! >> 1;
    const opened = await runDamaged(seed, DAMAGED);
    console.log(`\n${damagedTable(opened, seed, DAMAGED)}`);
    right &&= opened.length === DAMAGED &&
      opened.every(({ outcome }) => outcome !== "unnamed");
    right = await damagedData() && right;
  }
  console.log(`${((performance.now() - start) / 1000).toFixed(0)} s`);
  Deno.exit(right ? 0 : 1);
}
