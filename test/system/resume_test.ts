import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { lastValueFrom, toArray } from "rxjs";
import type { MetricsRecord } from "../../pipeline/run_folder/metrics.ts";
import type { RunParts } from "../../pipeline/run/run_parts.ts";
import { lockRun } from "../../pipeline/run_folder/run_lock.ts";
import type { SettingsInput } from "../../pipeline/settings/settings.ts";
import { train } from "../../pipeline/train/train.ts";
import { inFolder } from "../support/in_folder.ts";
import { bandit, type BanditOptions, cats, partsOf, QUICK } from "../support/bandit.ts";

const onUnix = { ignore: Deno.build.os === "windows" };
const SETTINGS = { ...QUICK, steps: 6, evalSteps: 2, saveSteps: 1 } as const;
const HASH = "ab".repeat(32), OTHER = "cd".repeat(32);

function run(
  settings: SettingsInput,
  options: BanditOptions = {},
  parts: RunParts = {},
): Promise<MetricsRecord[]> {
  const all = { ...partsOf(bandit(options)), ...parts };
  return lastValueFrom(train(settings, all).pipe(toArray()));
}

/** A run of six steps that ended after `steps`, with checkpoints of each. */
async function cut(out: string, steps: number, options?: BanditOptions): Promise<void> {
  const stop = new AbortController();
  const parts = partsOf(bandit(options), stop.signal);
  const records = train({ ...SETTINGS, out, saveTotalLimit: 9 }, parts);
  await new Promise<void>((complete, error) =>
    records.subscribe({
      next: (record) => {
        if (record.type === "step" && record.step === steps) stop.abort();
      },
      error,
      complete,
    })
  );
}

const lines = (run: string) =>
  Deno.readTextFileSync(join(run, "metrics.jsonl")).trimEnd().split("\n")
    .map((line) => JSON.parse(line));
const steps = (run: string) =>
  lines(run).filter(({ type }) => type === "step").map(({ step }) => step);
const model = (run: string) => Deno.readTextFileSync(join(run, "model", "model.json"));
const tree = (folder: string): string[] =>
  [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? tree(join(folder, name)).map((path) => join(name, path)) : [name]
  ).sort();

/** The model that an undisturbed run comes to. */
async function undisturbed(folder: string): Promise<string> {
  await run({ ...SETTINGS, out: join(folder, "undisturbed") });
  return model(join(folder, "undisturbed"));
}

Deno.test("a checkpoint that was copied between a user's files resumes as a new run, and all of them stay", () =>
  inFolder(async (folder) => {
    const out = join(folder, "run"), home = join(folder, "home");
    await cut(out, 3);
    const precious = [
      "thesis/final.tex",
      ".ssh_key",
      "step-000001/a",
      ".old-step-000001/b",
    ];
    for (const name of precious) {
      await Deno.mkdir(dirname(join(home, name)), { recursive: true });
      await Deno.writeTextFile(join(home, name), "precious");
    }
    const copy = join(home, "my-checkpoint");
    await Deno.mkdir(copy);
    for (const { name } of Deno.readDirSync(join(out, "checkpoints", "step-000003"))) {
      await Deno.copyFile(
        join(out, "checkpoints", "step-000003", name),
        join(copy, name),
      );
    }
    const before = tree(home);
    await run({ resume: copy, out: join(folder, "new") });
    assert.deepEqual(tree(home), before);
    assert.deepEqual(steps(join(folder, "new")), [4, 5, 6]);
    assert.equal(lines(join(folder, "new"))[0].step, 3);
    assert.equal(model(join(folder, "new")), await undisturbed(folder));
  }));

Deno.test("a run that was killed before its first checkpoint resumes from its start", () =>
  inFolder(async (folder) => {
    const out = join(folder, "run");
    await run({ ...SETTINGS, out });
    const whole = tree(out), metrics = lines(out).length;
    await Deno.remove(join(out, "checkpoints"), { recursive: true });
    await Deno.remove(join(out, "model"), { recursive: true });
    await Deno.truncate(join(out, "metrics.jsonl"), 100);
    await assert.rejects(run({ ...SETTINGS, out }), /is not empty: .*option resume /);
    await run({ resume: out });
    assert.deepEqual(tree(out), whole);
    assert.equal(lines(out).length, metrics);
    assert.equal(model(out), await undisturbed(folder));

    // Killed before it wrote its settings: the same command starts it again.
    const early = join(folder, "early");
    await Deno.mkdir(early);
    await Deno.writeTextFile(join(early, ".lock"), "4711\n");
    await Deno.writeTextFile(join(early, ".new-trainer.json"), "{");
    await run({ ...SETTINGS, out: early });
    assert.equal(model(early), await undisturbed(join(folder, "again")));
  }));

Deno.test("a run falls back to the newest sound checkpoint, says so, and ends the same", () =>
  inFolder(async (folder) => {
    const out = join(folder, "run");
    await cut(out, 4);
    await Deno.truncate(join(out, "checkpoints", "step-000004", "state.json"), 3);
    const records = await run({ resume: out });
    const alarms = records.filter((record) => record.type === "alarm");
    assert.deepEqual(alarms.map(({ name, step }) => [name, step]), [
      ["resume", 3],
      ["resume", 3],
    ]);
    assert.match(
      alarms[0]!.message,
      /A newer checkpoint is damaged: .*step-000004.*state\.json has 3 bytes, .*from step 3/,
    );
    assert.match(alarms[1]!.message, /step 4 is put aside as .*\.old-step-000004/);
    assert.deepEqual(steps(out), [1, 2, 3, 4, 5, 6]);
    assert.equal(model(out), await undisturbed(folder));
  }));

Deno.test("a run that resumes from an older checkpoint does not take up the newer ones again", () =>
  inFolder(async (folder) => {
    const out = join(folder, "run");
    await cut(out, 4);
    const older = join(out, "checkpoints", "step-000002");
    await run({ resume: older, steps: 3, learningRate: 0.5 });
    assert.deepEqual(steps(out), [1, 2, 3]);
    assert.deepEqual(
      tree(join(out, "checkpoints")).filter((name) => name.includes("trainer.json")),
      ["step-000001", "step-000002", "step-000003"]
        .map((name) => join(name, "trainer.json")),
    );
  }));

Deno.test("lost or changed lines do not make a sound checkpoint useless, and are told", () =>
  inFolder(async (folder) => {
    for (const name of ["completions", "answers", "metrics"]) {
      const out = join(folder, name);
      await cut(out, 3);
      await Deno.remove(join(out, `${name}.jsonl`));
      const records = await run({ resume: out });
      const alarm = records.find((record) => record.type === "alarm");
      assert.match(alarm!.message, new RegExp(`${name}.jsonl is missing`));
      assert.equal(lines(out)[0].type, "config", name);
      assert.equal(model(out), await undisturbed(join(folder, "of", name)));
    }
  }));

Deno.test("a run resumes on the data, model and version that it was made with, or is told", () =>
  inFolder(async (folder) => {
    const out = join(folder, "run");
    await cut(out, 2, { hash: HASH });
    await assert.rejects(
      run({ resume: out }, { hash: OTHER }),
      /^TypeError: Since the checkpoint of \S+run was written, the base model \(abab.*cdcd.*\) changed: .*acceptChanges/,
    );
    const data = { train: cats(6), heldOut: cats(3), describe: "cats" };
    await assert.rejects(
      run({ resume: out }, { hash: HASH }, { openData: () => Promise.resolve(data) }),
      /the training data \(\w+… then, \w+… now\) changed/,
    );
    await run({ resume: out, acceptChanges: true }, { hash: OTHER });
    const [, config] = lines(out).filter(({ type }) => type === "config");
    assert.deepEqual([config.step, config.modelSha256], [2, OTHER]);
    // From now on this is what the run is made of.
    await run({ resume: out, steps: 7 }, { hash: OTHER });
  }));

Deno.test("a resumed run writes its settings down again only if they are others", () =>
  inFolder(async (folder) => {
    const out = join(folder, "run");
    await cut(out, 2);
    const configs = () => lines(out).filter(({ type }) => type === "config");
    await run({ resume: out, watchPort: 0 });
    assert.equal(configs().length, 1);
    await run({ resume: out, steps: 8, learningRate: 0.25 });
    assert.deepEqual(
      configs().map(({ step, settings }) => [step, settings.learningRate]),
      [[undefined, 1], [6, 0.25]],
    );
  }));

Deno.test("one run, one folder: another process's run is left alone", () =>
  inFolder(async (folder) => {
    const out = join(folder, "run");
    await cut(out, 2);
    const before = tree(out);
    const lock = await lockRun(out);
    await assert.rejects(
      run({ resume: out }),
      new RegExp(`run is in use by another run \\(process ${Deno.pid}\\)`),
    );
    lock.release();
    assert.deepEqual(tree(out), before);
    await run({ resume: out });

    const both = join(folder, "both");
    const outcomes = await Promise.allSettled([
      run({ ...SETTINGS, out: both }),
      run({ ...SETTINGS, out: both }),
    ]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), [
      "fulfilled",
      "rejected",
    ]);
    assert.deepEqual(steps(both), [1, 2, 3, 4, 5, 6]);
  }));

Deno.test("a dead process holds no lock", onUnix, () =>
  inFolder(async (folder) => {
    const module = new URL("../../pipeline/run_folder/run_lock.ts", import.meta.url).href;
    const holds = `
      import { lockRun } from ${JSON.stringify(module)};
      await lockRun(${JSON.stringify(folder)});
      console.log("locked");
      await new Promise(() => setTimeout(() => {}, 60_000));
    `;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", holds],
      stdout: "piped",
    }).spawn();
    const output = child.stdout.getReader();
    await output.read();
    await assert.rejects(
      lockRun(folder),
      new RegExp(`is in use by another run \\(process ${child.pid}\\)`),
    );
    child.kill("SIGKILL");
    await child.status;
    await output.cancel();
    (await lockRun(folder)).release();
  }));

Deno.test(
  "a run's lock is not taken through a link",
  onUnix,
  () =>
    inFolder(async (folder) => {
      const victim = join(folder, "thesis.tex");
      await Deno.writeTextFile(victim, "precious");
      await Deno.mkdir(join(folder, "run"));
      await Deno.symlink(victim, join(folder, "run", ".lock"));
      await assert.rejects(lockRun(join(folder, "run")), /\.lock is a link/);
      assert.equal(await Deno.readTextFile(victim), "precious");
    }),
);

Deno.test("two runs that start in the same second have folders of their own", () =>
  inFolder(async (folder) => {
    const here = Deno.cwd();
    Deno.chdir(folder);
    try {
      const settings = { ...SETTINGS, steps: 0, evalSamples: 0 };
      await Promise.all([run(settings), run(settings), run(settings)]);
    } finally {
      Deno.chdir(here);
    }
    assert.equal([...Deno.readDirSync(join(folder, "runs"))].length, 3);
  }));

Deno.test("a model folder between its two renames is repaired", () =>
  inFolder(async (folder) => {
    const out = join(folder, "run");
    await run({ ...SETTINGS, out });
    const before = model(out), names = tree(out);
    await Deno.rename(join(out, "model"), join(out, ".old-model"));
    await Deno.mkdir(join(out, ".new-model"));
    await run({ resume: out });
    assert.equal(model(out), before);
    assert.deepEqual(tree(out), names);
  }));

Deno.test("steps that would damage the weights are skipped, counted and explained", () =>
  inFolder(async (folder) => {
    const out = join(folder, "run");
    const records = await run({ ...SETTINGS, out }, { skips: [2, 4, 5] });
    assert.deepEqual(
      records.filter(({ type }) => type === "step").map((record) =>
        (record as { skipped?: number }).skipped
      ),
      [undefined, 1, undefined, 1, 1, undefined],
    );
    assert.deepEqual(
      records.flatMap((record) => record.type === "alarm" ? [record.message] : []),
      [[2, 1], [4, 1], [5, 2]].map(([step, number]) =>
        `Step ${step} was skipped and the weights stay as they were: the loss is NaN; at 3 ` +
        `in a row the run stops, and this is number ${number}`
      ),
    );
    assert.equal(lines(out).find(({ skipped }) => skipped).loss, null);
  }));

Deno.test("a run that only skips steps stops, and its last good weights are in a checkpoint", () =>
  inFolder(async (folder) => {
    const out = join(folder, "run");
    await assert.rejects(
      run({ ...SETTINGS, out, saveSteps: 0 }, { skips: [3, 4, 5] }),
      /^RangeError: Stopped after step 5: 3 steps in a row were skipped, .*the loss is NaN\. The last good weights are in \S+step-000005; .*--resume \S+run --learning-rate/,
    );
    const state = join(out, "checkpoints", "step-000005", "state.json");
    assert.equal(JSON.parse(await Deno.readTextFile(state)).version, 2);
    // The count goes on where it was: the next one stops it again at once.
    await assert.rejects(run({ resume: out }, { skips: [1] }), /4 steps in a row/);
    await run({ resume: out, steps: 8, learningRate: 0.5 });
    assert.deepEqual(steps(out), [1, 2, 3, 4, 5, 6, 7, 8]);
  }));
