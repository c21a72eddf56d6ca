import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { lastValueFrom, toArray } from "rxjs";
import type { Target } from "../../../data/questions/question.ts";
import { evaluateFolder } from "../../../pipeline/evaluate/evaluate_folder.ts";
import { loadRewards } from "../../../pipeline/open/load_rewards.ts";
import type { RunParts } from "../../../pipeline/run/run_parts.ts";
import {
  resolveSettings,
  type SettingsInput,
} from "../../../pipeline/settings/settings.ts";
import { train } from "../../../pipeline/train/train.ts";
import { parseAnswer } from "../../../stages/parse/parse_answer.ts";
import type { Reward } from "../../../stages/records.ts";
import { type Case, juryOf } from "../../../stages/reward/judge/detached_rewards.ts";
import { inFolder } from "../../support/in_folder.ts";
import { bandit, partsOf, QUICK, TEXTS } from "../../support/bandit.ts";

const MINE = `
export const SCALE = 4;
export function cats({ content }: { content?: string }): number {
  return content === "cat" ? SCALE : 0;
}
export default () => 0.5;
`;

async function moduleOf(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await Deno.writeTextFile(path, text);
  return path;
}

const run = (settings: SettingsInput, parts: Partial<RunParts> = {}) =>
  lastValueFrom(
    train({ ...QUICK, ...settings }, { ...partsOf(bandit()), ...parts }).pipe(toArray()),
  );

async function rows(folder: string) {
  const text = await Deno.readTextFile(join(folder, "completions.jsonl"));
  return text.trimEnd().split("\n").map((line) =>
    JSON.parse(line) as {
      text: string;
      rewards: Record<string, number>;
      reward: number;
    }
  );
}

Deno.test("loadRewards() takes every exported function by name, the default by the file's", async () => {
  await inFolder(async (folder) => {
    const path = await moduleOf(folder, "steady.ts", MINE);
    const { rewards, sources } = await loadRewards([path], { brief: () => 1 });
    assert.deepEqual(Object.keys(rewards), ["brief", "cats", "steady"]);
    const sha256 = createHash("sha256").update(MINE).digest("hex");
    assert.deepEqual(sources, {
      brief: "function",
      cats: `sha256:${sha256}`,
      steady: `sha256:${sha256}`,
    });
  });
});

Deno.test("loadRewards() says what is wrong with a module", async () => {
  await inFolder(async (folder) => {
    const at = (name: string, text: string) => moduleOf(folder, name, text);
    const cases: [string[], RegExp][] = [
      [[join(folder, "no.ts")], /^Error: reward \S+no\.ts: there is no such file/],
      [[folder], /^Error: reward \S+: it cannot be read as a file/],
      [[await at("broken.ts", "export const = 1")], /broken\.ts cannot be loaded: /],
      [
        [await at("throws.ts", "throw new Error('out of luck\\nmore');")],
        /throws\.ts cannot be loaded: out of luck$/,
      ],
      [[await at("text.txt", "hello")], /text\.txt cannot be loaded: /],
      [
        [await at("constant.ts", "export const one = 1;")],
        /^TypeError: reward \S+constant\.ts exports no function/,
      ],
      [
        [await at("a.ts", MINE), await at("b.ts", MINE)],
        /^TypeError: reward \S+b\.ts: there is another reward "cats"/,
      ],
    ];
    for (const [paths, message] of cases) {
      await assert.rejects(loadRewards(paths), message);
    }
    const wrong = { odd: 1 } as unknown as RunParts["rewards"];
    await assert.rejects(loadRewards([], wrong), /TypeError: The reward "odd" is number/);
  });
});

Deno.test("own rewards of modules and functions are summed with the profile's by weight", async () => {
  await inFolder(async (folder) => {
    const reward = [await moduleOf(folder, "steady.ts", MINE)];
    const out = join(folder, "run");
    const brief = ({ text }: { text: string }) => 1 / text.length;
    const settings = { out, reward, rewardWeights: { cats: 0.25, brief: 10 } };
    const [config, evaluation] = await run(settings, { rewards: { brief } });
    assert.ok(config?.type === "config" && evaluation?.type === "evaluation");
    assert.deepEqual(Object.keys(config.rewards!), ["brief", "cats", "steady"]);
    const right = TEXTS[0];
    const seen = await rows(out);
    for (const { text, rewards, reward } of seen) {
      const accuracy = text === right ? 1 : 0, format = text === TEXTS[3] ? 0 : 1;
      assert.deepEqual(rewards, {
        accuracy,
        format,
        brief: 1 / text.length,
        cats: 4 * accuracy,
        steady: 0.5,
      });
      const sum = 2 * accuracy + format + 10 / text.length + 0.5;
      assert.ok(Math.abs(reward - sum) < 1e-12);
    }
    assert.ok(seen.some(({ text }) => text === right), "no answer was right");
    // Before the first step the bandit's likeliest text is the right one.
    const best = 2 + 1 + 10 / right.length + 0.5;
    assert.ok(Math.abs(evaluation.figures.reward! - best) < 1e-12);
  });
});

Deno.test("--profile none leaves own rewards alone", async () => {
  await inFolder(async (out) => {
    const records = await run({ out, profile: "none" }, { rewards: { half: () => 0.5 } });
    assert.deepEqual((await rows(out))[0]!.rewards, { half: 0.5 });
    const step = records.find(({ type }) => type === "step")!;
    assert.equal((step as Record<string, unknown>)["rewards/half/mean"], 0.5);
  });
});

Deno.test("rewards that cannot be used stop a run before anything is written", async () => {
  await inFolder(async (folder) => {
    const out = join(folder, "run");
    await assert.rejects(run({ out, profile: "none" }), /profile none has no rewards/);
    const format = () => 1;
    await assert.rejects(run({ out }, { rewards: { format } }), /reward "format" too/);
    await assert.rejects(run({ out, reward: ["no.ts"] }), /reward no\.ts: there is no/);
    await assert.rejects(Deno.stat(out), Deno.errors.NotFound);
  });
});

Deno.test("a reward that throws or gives NaN stops the run, named with the answer", async () => {
  await inFolder(async (folder) => {
    const odd = await moduleOf(
      folder,
      "odd.ts",
      `export const odd = ({ text }) => text.includes("dog") ? NaN : 1;`,
    );
    await assert.rejects(
      run({ out: join(folder, "a"), reward: [odd], evalSamples: 0 }),
      /^TypeError: Reward "odd" of completion \d+\/q\d\/\d, "<think>fur<\/think><answer>dog<\/answer>", is not a finite number: it is NaN/,
    );
    const angry = () => {
      throw new RangeError("no such label");
    };
    await assert.rejects(
      run({ out: join(folder, "b") }, { rewards: { angry } }),
      /^TypeError: Reward "angry" of completion 0\/q0\/0, .* threw: RangeError: no such label/,
    );
  });
});

Deno.test("a run resumes under its own rewards, and with others only when told so", async () => {
  await inFolder(async (folder) => {
    const path = await moduleOf(folder, "mine.ts", MINE);
    const out = join(folder, "run");
    await run({ out, reward: [path] });
    await assert.rejects(
      run({ resume: out, steps: 5 }),
      /step-000004\S+trainer\.json names the reward module \S+mine\.ts .*trustCode/,
    );
    const [config] = await run({ resume: out, steps: 5, trustCode: true });
    assert.ok(config?.type === "config");
    assert.deepEqual(config.settings.reward, [path]);
    assert.equal((await rows(out)).at(-1)!.rewards.mine, 0.5);

    await assert.rejects(
      run({ resume: out, steps: 6, trustCode: true }, { rewards: { brief: () => 1 } }),
      /^TypeError: The reward "brief" of \S+run is new since its checkpoint/,
    );
    await Deno.writeTextFile(path, MINE + "// but for a comment\n");
    await assert.rejects(
      run({ resume: out, steps: 6, trustCode: true }),
      /The reward "cats" of \S+run has changed since its checkpoint: .*option reward/,
    );
    await run({ resume: out, steps: 6, reward: [path] });
    assert.equal((await rows(out)).length, 6 * 3 * 4);
  });
});

Deno.test("a run with functions wants them again", async () => {
  await inFolder(async (out) => {
    const rewards = { brief: () => 1 };
    await run({ out }, { rewards });
    await assert.rejects(run({ resume: out, steps: 5 }), /"brief" of \S+ is missing/);
    await run({ resume: out, steps: 5 }, { rewards });
  });
});

Deno.test("the settings of rewards are paths, and none by default", () => {
  assert.deepEqual(resolveSettings().reward, []);
  assert.throws(
    () => resolveSettings({ reward: "mine.ts" as unknown as string[] }),
    /RangeError: reward must be a list of names: it is "mine.ts"/,
  );
});

Deno.test("a run scores the same in a worker and in its own thread", async () => {
  await inFolder(async (folder) => {
    const reward = [await moduleOf(folder, "steady.ts", MINE)];
    const brief = ({ text }: { text: string }) => 1 / text.length;
    const texts: string[][] = [];
    for (const rewardTimeout of [0, 60]) {
      const out = join(folder, `run-${rewardTimeout}`);
      const settings = { out, reward, rewardTimeout, rewardWeights: { cats: 0.25 } };
      await run(settings, { rewards: { brief } });
      texts.push(
        await Promise.all(
          ["completions.jsonl", "answers.jsonl"].map((name) =>
            Deno.readTextFile(join(out, name))
          ),
        ),
      );
    }
    assert.deepEqual(texts[0], texts[1]);
  });
});

Deno.test("a reward that does not return stops the run with its name, and the worker ends", async () => {
  await inFolder(async (folder) => {
    const text =
      `export const loop = ({ text }) => { while (text.includes("dog")); return 1; }`;
    const reward = [await moduleOf(folder, "loop.ts", text)];
    const policy = bandit();
    const out = join(folder, "run");
    const settings = { ...QUICK, out, reward, rewardTimeout: 0.5, evalSamples: 0 };
    await assert.rejects(lastValueFrom(train(settings, partsOf(policy))), {
      name: "TimeoutError",
      message:
        /^Reward "loop" of completion \d+\/q\d\/\d, ".*dog.*", has not returned after 0.5 s: .*rewardTimeout/,
    });
    assert.equal(policy.events.at(-1), "dispose");
  });
});

Deno.test("a run is stopped in order while a reward takes its time", async () => {
  await inFolder(async (folder) => {
    const text =
      `export const loop = ({ text }) => { while (text.includes("dog")); return 1; }`;
    const reward = [await moduleOf(folder, "loop.ts", text)];
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 500);
    const settings = { ...QUICK, out: join(folder, "run"), reward, evalSamples: 0 };
    const last = await lastValueFrom(train(settings, partsOf(bandit(), stop.signal)));
    assert.ok(last.type === "alarm" && last.name === "interrupted");
  });
});

Deno.test("close() ends the worker of the modules", async () => {
  await inFolder(async (folder) => {
    const path = await moduleOf(folder, "steady.ts", MINE);
    const own = await loadRewards([path], { brief: () => 1 }, { timeout: 60 });
    const { brief, cats, steady } = own.rewards;
    assert.equal(juryOf(brief!), undefined);
    const jury = juryOf(cats!)!;
    assert.equal(juryOf(steady!), jury);
    const cases: Case[] = [{
      names: ["steady"],
      answer: parseAnswer("a"),
      target: { kind: "classification", label: "cat" },
    }];
    assert.deepEqual(await jury.judge(cases), [new Map([["steady", 0.5]])]);
    await own.close();
    const said = await jury.judge(cases);
    assert.ok("failure" in said);
    assert.match(
      said.failure.why,
      /^cannot be asked: .*steady.ts has ended: it was closed/,
    );
  });
});

Deno.test("loadRewards() loads a file that has changed since, with its new hash", async () => {
  await inFolder(async (folder) => {
    const target: Target = { kind: "classification", label: "cat" };
    const seen: [number, string][] = [];
    for (const value of [1, 2, 1]) {
      const path = await moduleOf(
        folder,
        "mine.ts",
        `export const mine = () => ${value};`,
      );
      const { rewards, sources } = await loadRewards([path]);
      seen.push([rewards.mine!(parseAnswer(""), target), sources.mine!]);
    }
    assert.deepEqual(seen.map(([value]) => value), [1, 2, 1]);
    assert.equal(seen[0]![1], seen[2]![1]);
    assert.notEqual(seen[0]![1], seen[1]![1]);
  });
});

Deno.test("loadRewards() refuses a file that changes while it is loaded", async () => {
  await inFolder(async (folder) => {
    for (const timeout of [0, 60]) {
      const path = await moduleOf(
        folder,
        `shifty-${timeout}.ts`,
        `import { fileURLToPath } from "node:url";
        Deno.writeTextFileSync(fileURLToPath(import.meta.url), "export const a = () => 2;");
        export const a = () => 1;`,
      );
      await assert.rejects(
        loadRewards([path], {}, { timeout }),
        /^Error: reward \S+shifty-\d+.ts has changed while it was loaded: start again/,
      );
    }
  });
});

Deno.test("loadRewards() refuses names, functions and timeouts that cannot be used", async () => {
  const one = () => 1;
  for (const name of ["a/b", "constructor", "__proto__", "two\nlines"]) {
    const rewards = Object.fromEntries([[name, one]]);
    await assert.rejects(
      loadRewards([], rewards),
      /RangeError: A reward cannot be called/,
    );
  }
  const later = (() => Promise.resolve(1)) as unknown as Reward;
  await loadRewards([], { later }); // only a call shows it
  const wrong = { async: async () => await 1 } as unknown as Record<string, Reward>;
  await assert.rejects(
    loadRewards([], wrong),
    /TypeError: .*"async" is an async function/,
  );
  for (const timeout of [-1, NaN, Infinity, 1e9]) {
    await assert.rejects(
      loadRewards([], {}, { timeout }),
      /RangeError: rewardTimeout must/,
    );
  }
});

Deno.test("a module's two rewards of one name are refused, and its worker ends", async () => {
  await inFolder(async (folder) => {
    const path = await moduleOf(
      folder,
      "mine.ts",
      "export const mine = () => 1; export default () => 2;",
    );
    for (const timeout of [0, 60]) {
      await assert.rejects(
        loadRewards([path], {}, { timeout }),
        /^TypeError: reward \S+mine.ts: there is another reward "mine"; rename one/,
      );
    }
  });
});

Deno.test("a weight of no reward is refused before a model is opened", async () => {
  await inFolder(async (folder) => {
    const out = join(folder, "run");
    const openModel = () => assert.fail("was opened");
    const weighed = (rewardWeights: Record<string, number>) =>
      run({ out, rewardWeights }, { openModel, rewards: { brief: () => 1 } });
    await assert.rejects(
      weighed({ acuracy: 2 }),
      /RangeError: .*did you mean "accuracy"/,
    );
    await assert.rejects(weighed({ breif: 2 }), /RangeError: .*did you mean "brief"/);
    await assert.rejects(weighed({ format: 1e200 }), /The weight of reward "format" is/);
    await assert.rejects(Deno.stat(out), Deno.errors.NotFound);
    await assert.rejects(
      evaluateFolder({ rewardWeights: { fromat: 2 } }),
      /RangeError: .*there is no reward "fromat": did you mean "format"/,
    );
  });
});

Deno.test("what a reward prints goes to standard error: standard output has the run's records", () =>
  inFolder(async (folder) => {
    const path = await moduleOf(
      folder,
      "loud.ts",
      `export const loud = () => { console.log("heard", 1); return 1; };`,
    );
    const module =
      new URL("../../../stages/reward/judge/reward_worker.ts", import.meta.url).href;
    const asks = `
      import { openRewardWorker } from ${JSON.stringify(module)};
      const worker = await openRewardWorker([${JSON.stringify(path)}], 9);
      const target = { kind: "classification", label: "cat" };
      const answer = { text: "", wellFormed: true, answerAlone: true, detections: [] };
      await worker.judge([{ names: ["loud"], answer, target }]);
      await worker.close();
    `;
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", asks],
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.equal(new TextDecoder().decode(stdout), "");
    assert.equal(new TextDecoder().decode(stderr), "heard 1\n");
  }));
