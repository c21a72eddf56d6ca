import assert from "node:assert/strict";
import { join } from "node:path";
import { firstValueFrom, lastValueFrom, take, toArray } from "rxjs";
import type { MetricsRecord } from "../../../pipeline/run_folder/metrics.ts";
import { train } from "../../../pipeline/train/train.ts";
import type { Group } from "../../../stages/records.ts";
import {
  type Bandit,
  bandit,
  cats,
  partsOf,
  QUICK,
  TEXTS,
} from "../../support/bandit.ts";
import { inFolder } from "../../support/in_folder.ts";

const all = (policy: Bandit, settings: typeof QUICK) =>
  lastValueFrom(train({ ...QUICK, ...settings }, partsOf(policy)).pipe(toArray()));

async function lines(file: string): Promise<Record<string, unknown>[]> {
  const text = await Deno.readTextFile(file);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** Less what the clock says. */
function timeless(records: readonly (MetricsRecord | Record<string, unknown>)[]) {
  return records.map((record) =>
    Object.fromEntries(
      Object.entries(record).filter(([name]) => !/_time$|^seconds$|^run$/.test(name)),
    )
  );
}

Deno.test("train() tells config, held-out before, steps, held-out after and done", async () => {
  await inFolder(async (out) => {
    const records = await all(bandit(), { out });
    assert.deepEqual(
      records.map(({ type }) => type),
      ["config", "evaluation", "step", "step", "step", "step", "evaluation", "done"],
    );
    const done = records.at(-1);
    assert.ok(done?.type === "done");
    assert.equal(done.run, out);
    const evaluations = records.filter((record) => record.type === "evaluation");
    assert.deepEqual(evaluations.map(({ step }) => step), [0, 4]);
    assert.deepEqual(done.before, evaluations[0]!.figures);
    assert.deepEqual(done.after, evaluations[1]!.figures);
  });
});

Deno.test("train() writes every record, every completion and the model", async () => {
  await inFolder(async (out) => {
    const records = await all(bandit(), { out });
    const written = await lines(join(out, "metrics.jsonl"));
    assert.deepEqual(written, JSON.parse(JSON.stringify(records)));
    const completions = await lines(join(out, "completions.jsonl"));
    assert.equal(completions.length, 4 * 3 * 4);
    assert.ok(completions.every(({ text }) => TEXTS.some((known) => known === text)));
    assert.ok(completions.every(({ advantage }) => typeof advantage === "number"));
    await Deno.stat(join(out, "model", "model.json"));
  });
});

Deno.test("train() updates on a step's completions before it samples the next", async () => {
  await inFolder(async (out) => {
    const policy = bandit();
    await all(policy, { out, evalSamples: 0, numIterations: 2 });
    // Three questions, two of them sampled together; then two updates.
    const steps = [1, 2, 3, 4].flatMap((step) => [
      `sample ${step}`,
      `sample ${step}`,
      "update",
      "update",
    ]);
    assert.deepEqual(policy.events, [...steps, "dispose"]);
    const completions = await lines(join(out, "completions.jsonl"));
    for (const { step, policyVersion } of completions) {
      assert.equal(policyVersion, 2 * (step as number - 1));
    }
  });
});

Deno.test("train() writes what was answered to held-out questions, before and after", async () => {
  await inFolder(async (out) => {
    const records = await all(bandit(), { out });
    const answers = await lines(join(out, "answers.jsonl"));
    assert.deepEqual(
      answers.map(({ id }) => id),
      [0, 4].flatMap((step) => ["q0", "q1"].map((id) => `${step}/held-out/${id}`)),
    );
    const done = records.at(-1);
    assert.ok(done?.type === "done");
    const rewards = answers.slice(2).map(({ reward }) => reward as number);
    assert.equal(done.after.reward, (rewards[0]! + rewards[1]!) / 2);
    assert.ok(answers.every(({ text, target }) => text !== "" && target !== undefined));
  });
});

Deno.test("train() asks probes once, at the end, wherever it was stopped", async () => {
  const probe = { split: "more cats", source: cats(3), samples: 3 };
  const run = (settings: typeof QUICK, stop?: AbortSignal) => {
    const parts = partsOf(bandit(), stop);
    const openData = async () => ({
      ...await parts.openData!("", never),
      probes: [probe],
    });
    return lastValueFrom(
      train({ ...QUICK, ...settings }, { ...parts, openData }).pipe(toArray()),
    );
  };
  const never = { seed: 0, prompts: "short" } as const;
  const splits = (records: readonly Record<string, unknown>[]) =>
    records.filter(({ type }) => type === "evaluation")
      .map(({ step, split }) => [step, split]);
  const expected = [[0, "held-out"], [4, "held-out"], [4, "more cats"]];
  await inFolder(async (out) => {
    await run({ out });
    assert.deepEqual(splits(await lines(join(out, "metrics.jsonl"))), expected);
    // Goes on from the checkpoint after the last step, and asks what came behind it again.
    await run({ resume: out });
    assert.deepEqual(splits(await lines(join(out, "metrics.jsonl"))), expected);
    const answers = await lines(join(out, "answers.jsonl"));
    assert.equal(answers.filter(({ split }) => split === "more cats").length, 3);
  });
});

Deno.test("train() tells of groups with their pictures as they are scored", async () => {
  await inFolder(async (out) => {
    const seen: string[] = [];
    const onGroup = ({ question, completions }: Group) =>
      void seen.push(`${completions[0]!.step} ${question.id} ${completions.length}`);
    const parts = { ...partsOf(bandit()), onGroup };
    await lastValueFrom(train({ ...QUICK, out, steps: 2, evalSamples: 0 }, parts));
    assert.equal(seen.length, 6);
    assert.match(seen[0]!, /^1 q\d 4$/);
    assert.match(seen[5]!, /^2 q\d 4$/);
  });
});

Deno.test("a probe without a name or data is refused before anything is opened", async () => {
  for (const probe of ["emoji:detection", "=emoji:detection", "known="]) {
    const records = train({ ...QUICK, probe: [probe] }, partsOf(bandit()));
    await assert.rejects(lastValueFrom(records), /^TypeError: probe must be NAME=DATA/);
  }
});

Deno.test("train() raises the reward", async () => {
  await inFolder(async (out) => {
    const policy = bandit();
    const records = await all(policy, { out, steps: 30 });
    const rewards = records.flatMap((r) => r.type === "step" ? [r.reward as number] : []);
    assert.ok(rewards.at(-1)! > rewards[0]! + 0.5, rewards.join(" "));
    assert.ok(policy.probabilities[0]! > 0.8, policy.probabilities.join(" "));
  });
});

Deno.test("train() counts tokens over the whole run", async () => {
  await inFolder(async (out) => {
    const records = await all(bandit(), { out });
    const tokens = records.flatMap((r) => r.type === "step" ? [r.num_tokens] : []);
    assert.deepEqual(tokens, [24, 48, 72, 96]);
  });
});

Deno.test("train() gives the same figures for the same seed, and others for another", async () => {
  await inFolder(async (folder) => {
    const once = await all(bandit(), { out: join(folder, "a") });
    const again = await all(bandit(), { out: join(folder, "b") });
    const other = await all(bandit(), { out: join(folder, "c"), seed: 1 });
    const steps = (records: MetricsRecord[]) =>
      timeless(records.filter(({ type }) => type === "step"));
    assert.deepEqual(steps(again), steps(once));
    assert.notDeepEqual(steps(other), steps(once));
  });
});

Deno.test("train() does nothing before it is subscribed to, and runs once a subscriber", async () => {
  await inFolder(async (folder) => {
    const policy = bandit();
    let opened = 0;
    const parts = partsOf(policy);
    const openModel: typeof parts.openModel = (...args) => {
      opened++;
      return parts.openModel!(...args);
    };
    const runs = train({ ...QUICK, steps: 0, evalSamples: 0, out: join(folder, "a") }, {
      ...parts,
      openModel,
    });
    assert.equal(opened, 0);
    await lastValueFrom(runs);
    // The folder is used now, so the second run is refused after it began of its own.
    await assert.rejects(lastValueFrom(runs), /not empty/);
    const free = train({ ...QUICK, steps: 0, evalSamples: 0 }, { ...parts, openModel });
    const home = Deno.cwd();
    Deno.chdir(folder);
    try {
      await lastValueFrom(free);
    } finally {
      Deno.chdir(home);
    }
    assert.equal(opened, 2);
  });
});

Deno.test("unsubscribing stops sampling, then frees the model", async () => {
  await inFolder(async (out) => {
    const policy = bandit({ delay: 5_000 });
    const settings = { ...QUICK, out, evalSamples: 0 };
    await firstValueFrom(train(settings, partsOf(policy)).pipe(take(1)));
    const late = bandit({ delay: 5_000 });
    const settled = new Promise<void>((resolve) => {
      const subscription = train({ ...settings, out: join(out, "late") }, partsOf(late))
        .subscribe(({ type }) => {
          if (type !== "config") return;
          setTimeout(() => {
            subscription.unsubscribe();
            setTimeout(resolve, 20);
          }, 20);
        });
    });
    await settled;
    assert.deepEqual(late.events, ["aborted 1", "dispose"]);
    assert.deepEqual(policy.events.at(-1), "dispose");
  });
});

Deno.test("train() leaves no folder behind where settings or data cannot be used", async () => {
  await inFolder(async (folder) => {
    const out = join(folder, "run");
    const policy = bandit();
    const parts = partsOf(policy);
    await assert.rejects(
      lastValueFrom(train({ ...QUICK, out, steps: -1 }, parts)),
      { name: "RangeError", message: /^steps must be a whole number of at least 0/ },
    );
    const openData = () => Promise.reject(new Error("There is no data"));
    await assert.rejects(
      lastValueFrom(train({ ...QUICK, out }, { ...parts, openData })),
      /There is no data/,
    );
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    assert.deepEqual(policy.events, ["dispose"]);
  });
});

Deno.test("a run that was stopped and resumed equals one that was not", async () => {
  await inFolder(async (folder) => {
    const settings = { ...QUICK, steps: 6, evalSteps: 2, saveSteps: 2 };
    const whole = join(folder, "whole"), cut = join(folder, "cut");
    await all(bandit(), { ...settings, out: whole });

    const stop = new AbortController();
    const first = train({ ...settings, out: cut }, partsOf(bandit(), stop.signal));
    const seen: MetricsRecord[] = [];
    await new Promise<void>((complete, error) =>
      first.subscribe({
        next: (record) => {
          seen.push(record);
          if (record.type === "step" && record.step === 3) stop.abort();
        },
        error,
        complete,
      })
    );
    const alarm = seen.at(-1);
    assert.ok(alarm?.type === "alarm");
    assert.equal(alarm.name, "interrupted");
    assert.equal(
      alarm.message,
      `Stopped after step 3 of 6; continue with: deno task train --resume ${cut}`,
    );

    const rest = await lastValueFrom(
      train({ resume: cut }, partsOf(bandit())).pipe(toArray()),
    );
    assert.deepEqual(
      rest.map((record) =>
        "step" in record ? `${record.type} ${record.step}` : record.type
      ),
      ["config 3", "step 4", "evaluation 4", "step 5", "step 6", "evaluation 6", "done"],
    );
    const metrics = async (run: string) =>
      timeless(await lines(join(run, "metrics.jsonl")));
    const [config, ...others] = await metrics(cut);
    assert.equal(config?.type, "config");
    assert.deepEqual(others, (await metrics(whole)).slice(1));
    const completions = (run: string) =>
      Deno.readTextFile(join(run, "completions.jsonl"));
    assert.equal(await completions(cut), await completions(whole));
    const model = (run: string) => Deno.readTextFile(join(run, "model", "model.json"));
    assert.equal(await model(cut), await model(whole));
  });
});

Deno.test("an alarm comes after its step, in a resumed run as in an unbroken one", async () => {
  await inFolder(async (folder) => {
    const told = async (run: string) =>
      (await lines(join(run, "metrics.jsonl"))).flatMap(({ type, name, step }) =>
        type === "step" || type === "alarm" ? [name ?? step] : []
      );
    // Nothing to learn from: all completions earn the same.
    const rewards = { dull: () => 1 };
    const start = (settings: typeof QUICK) =>
      lastValueFrom(train(settings, { ...partsOf(bandit()), rewards }));
    const settings = { ...QUICK, steps: 6, evalSamples: 0, profile: "none" } as const;
    const whole = join(folder, "whole"), cut = join(folder, "cut");
    await start({ ...settings, out: whole });
    assert.deepEqual(await told(whole), [1, 2, 3, 4, 5, "reward_std_collapse", 6]);
    await start({ ...settings, steps: 3, out: cut });
    await start({ resume: cut, steps: 6 });
    assert.deepEqual(await told(cut), await told(whole));
  });
});

Deno.test("a run that died mid-step resumes from its checkpoint and drops what came later", async () => {
  await inFolder(async (folder) => {
    const settings = { ...QUICK, steps: 5, saveSteps: 2 };
    const whole = join(folder, "whole"), cut = join(folder, "cut");
    await all(bandit(), { ...settings, out: whole });
    // Saving fails at step 4, with step 4 in the metrics and a half-written file on the disk.
    await assert.rejects(
      all(bandit({ failsSavingAt: 4 }), { ...settings, out: cut }),
      /disk is full/,
    );
    const names = [...Deno.readDirSync(join(cut, "checkpoints"))].map(({ name }) => name);
    assert.deepEqual(names, ["step-000002"]);
    await lastValueFrom(train({ resume: cut }, partsOf(bandit())));
    const after = timeless(await lines(join(cut, "metrics.jsonl"))).slice(1);
    assert.deepEqual(after, timeless(await lines(join(whole, "metrics.jsonl"))).slice(1));
  });
});

Deno.test("train() resumes with more steps, but not into another folder or backwards", async () => {
  await inFolder(async (out) => {
    await all(bandit(), { out });
    const resume = (more: typeof QUICK) =>
      lastValueFrom(train({ resume: out, ...more }, partsOf(bandit())).pipe(toArray()));
    await assert.rejects(resume({ out: "elsewhere" }), /out elsewhere does not go/);
    await assert.rejects(resume({ steps: 3 }), /steps must be at least 4/);
    const records = await resume({ steps: 5 });
    assert.deepEqual(records.flatMap((r) => r.type === "step" ? [r.step] : []), [5]);
  });
});

Deno.test("train() stopped in its first evaluation resumes with it", async () => {
  await inFolder(async (out) => {
    const stop = new AbortController();
    stop.abort();
    const settings = { ...QUICK, out };
    const cut = await lastValueFrom(train(settings, partsOf(bandit(), stop.signal)));
    assert.ok(cut.type === "alarm" && cut.step === 0);
    const rest = await lastValueFrom(
      train({ resume: out }, partsOf(bandit())).pipe(toArray()),
    );
    assert.equal(rest[1]?.type, "evaluation");
    assert.equal(rest.length, 8);
  });
});
