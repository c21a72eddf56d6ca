/** A run's folder from elsewhere: what it may make a reader do. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readAnswers } from "../../pipeline/run_folder/read_answers.ts";
import { readLines } from "../../data/files/read_lines.ts";
import { readRewards } from "../../pipeline/run_folder/read_rewards.ts";
import { readRun } from "../../pipeline/run_folder/read_run.ts";
import { readResults } from "../../pipeline/report/read_results.ts";
import { makePipe, put } from "../support/made_files.ts";
import { inFolder } from "../support/in_folder.ts";
import { madeRun, writeLines } from "../support/made_run.ts";

const deep = "[".repeat(1e5) + "]".repeat(1e5);
const reads = (run: string) => [
  () => readRun(run),
  () => readAnswers(run),
  () => readRewards(run, 10),
];

Deno.test("files of a run are regular files, in the run's folder", () =>
  inFolder(async (folder) => {
    const run = join(folder, "run"), outside = await put(folder, "outside", "{}\n");
    for (
      const [i, name] of ["metrics.jsonl", "answers.jsonl", "completions.jsonl"].entries()
    ) {
      await madeRun(run);
      const read = reads(run)[i]!, path = join(run, name);
      await read();
      await Deno.rename(path, join(run, "moved"));
      await Deno.symlink("moved", path);
      await read(); // a link within the folder
      for (const elsewhere of [outside, "/dev/zero", "/etc/passwd"]) {
        await Deno.remove(path);
        await Deno.symlink(elsewhere, path);
        await assert.rejects(read(), {
          name: "RangeError",
          message:
            `${path} is a link that leads out of its folder: put the file itself there`,
        });
      }
      await Deno.remove(path);
      await makePipe(path);
      await assert.rejects(read(), /a named pipe|has no metrics\.jsonl/);
      await Deno.remove(run, { recursive: true });
    }
    await madeRun(run);
    await Deno.remove(join(run, "manifest.json"));
    await makePipe(join(run, "manifest.json"));
    await assert.rejects(readRun(run), /manifest\.json is a named pipe/);
  }));

Deno.test("lines that are too long or too deep are refused by their number", () =>
  inFolder(async (folder) => {
    const path = join(folder, "x.jsonl");
    const all = () => Array.fromAsync(readLines(path));
    await Deno.writeTextFile(path, `{"a":1}\n{"a":${deep}}\n`);
    await assert.rejects(all(), /x\.jsonl, line 2 has more than 200 brackets/);
    await Deno.writeTextFile(path, `{"a":"${"x".repeat(2 ** 24)}"}\n`);
    await assert.rejects(all(), /line 1 has more than the 16777216 bytes/);
    await Deno.writeFile(path, Uint8Array.of(0x22, 0xff, 0x22, 10, 0x31, 10));
    await assert.rejects(all(), /x\.jsonl, line 1: it is not JSON/);
    // Half a character at the end of a run that goes on is left out, as half a line is.
    await Deno.writeFile(path, Uint8Array.of(0x31, 10, 0x22, 0xc3));
    assert.deepEqual((await all()).map(({ value }) => value), [1]);
  }));

Deno.test("a run's figures may be called like an object's own keys", () =>
  inFolder(async (folder) => {
    const run = join(folder, "run");
    await madeRun(run, { texts: { figure: "__proto__", reward: "constructor" } });
    const { evaluations } = await readRun(run);
    assert.equal(typeof Object.prototype.constructor, "function");
    assert.ok(evaluations.length > 0);
    const text = await Deno.readTextFile(join(run, "metrics.jsonl"));
    const forged = text.replaceAll('"map":', '"__proto__":{"x":1},"map":');
    await Deno.writeTextFile(join(run, "metrics.jsonl"), forged);
    await readRun(run).catch(() => {});
    assert.equal(({} as { x?: number }).x, undefined);
  }));

Deno.test("a record has no more figures than a page can show", () =>
  inFolder(async (folder) => {
    const names = Array.from({ length: 10_001 }, (_, i) => [`f${i}`, i]);
    const figures = Object.fromEntries(names);
    await writeLines(folder, "metrics.jsonl", [
      { type: "evaluation", step: 0, split: "held-out", figures },
    ]);
    await assert.rejects(readRun(folder), /line 1: \.figures must be at most 10000/);
  }));

Deno.test("an experiment's results are small, and name runs in their folder", () =>
  inFolder(async (folder) => {
    const runs = Array(2001).fill("a");
    const method = { figures: {}, categories: {}, runs };
    const results = { type: "experiment", name: "x", arms: [{ methods: { a: method } }] };
    await put(folder, "results.json", JSON.stringify(results));
    await assert.rejects(readResults(folder), /names 2001 runs, more than 2000/);
    await put(folder, "results.json", `{"a":${deep}}`);
    await assert.rejects(readResults(folder), /more than 200 brackets/);
    await put(folder, "results.json", new Uint8Array(2 ** 24 + 1));
    await assert.rejects(
      readResults(folder),
      /results\.json has 16777217 bytes, more than the 16777216/,
    );
  }));
