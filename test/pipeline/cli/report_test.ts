import assert from "node:assert/strict";
import { join } from "node:path";
import { main } from "../../../pipeline/cli/main.ts";
import { inFolder } from "../../support/in_folder.ts";
import { madeRun } from "../../support/made_run.ts";

/** The exit code of the command, and what it says. */
async function run(...args: string[]) {
  const { log, error } = console;
  const said: string[] = [];
  console.log = console.error = (text: string) => said.push(text);
  try {
    return { code: await main(["report", ...args]), said: said.join("\n") };
  } finally {
    console.log = log;
    console.error = error;
  }
}

Deno.test("deno task report writes report.html into the first folder, or where --out says", () =>
  inFolder(async (folder) => {
    const path = join(folder, "run");
    await madeRun(path);
    const { code, said } = await run(path, "--title", "A title", "--gallery", "0");
    assert.equal(code, 0);
    assert.match(said, /report\.html: 0\.\d MB$/);
    const text = await Deno.readTextFile(join(path, "report.html"));
    assert.match(text, /<title>A title<\/title>/);
    const out = join(folder, "new", "other.html");
    assert.equal((await run(path, "--out", out, "--gallery", "0")).code, 0);
    assert.match(await Deno.readTextFile(out), /<title>run<\/title>/);
    const left = [...Deno.readDirSync(join(folder, "new"))].map(({ name }) => name);
    assert.deepEqual(left, ["other.html"]);
  }));

Deno.test("deno task report tells in one sentence what cannot be used", () =>
  inFolder(async (folder) => {
    assert.deepEqual(await run(folder), {
      code: 2,
      said: `deno task report: ${folder} has no metrics.jsonl: give the folder of a run`,
    });
    assert.deepEqual(await run(folder, "--gallery", "many"), {
      code: 2,
      said:
        'deno task report: --gallery must be a whole number of at least 0: it is "many"',
    });
    assert.equal((await run()).code, 2);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));
