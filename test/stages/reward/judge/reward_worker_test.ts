import assert from "node:assert/strict";
import { join } from "node:path";
import type { Target } from "../../../../data/questions/question.ts";
import { parseAnswer } from "../../../../stages/parse/parse_answer.ts";
import type { Case } from "../../../../stages/reward/judge/detached_rewards.ts";
import { openRewardWorker } from "../../../../stages/reward/judge/reward_worker.ts";
import { inFolder } from "../../../support/in_folder.ts";

const target: Target = { kind: "classification", label: "cat" };

const asking = (names: readonly string[], ...texts: readonly string[]): Case[] =>
  texts.map((text) => ({ names, answer: parseAnswer(text), target }));

/** Opens a worker of one module for a test. */
function withWorker(
  text: string,
  timeout: number,
  test: (worker: Awaited<ReturnType<typeof openRewardWorker>>) => Promise<void>,
): Promise<void> {
  return inFolder(async (folder) => {
    const path = join(folder, "mine.ts");
    await Deno.writeTextFile(path, text);
    const worker = await openRewardWorker([path], timeout);
    try {
      await test(worker);
    } finally {
      await worker.close();
    }
  });
}

/** A worker that has no verdict, as the sentence that it is told in. */
async function noVerdict(
  judged: ReturnType<Awaited<ReturnType<typeof openRewardWorker>>["judge"]>,
) {
  const said = await judged;
  assert.ok("failure" in said, "there is a verdict");
  return said;
}

Deno.test("a worker judges case by case, in order, and keeps its state", async () => {
  const text = `
    let calls = 0;
    export const count = () => calls++;
    export const length = ({ text }) => text.length;
    export default ({ text }, { label }) => text === label ? 1 : 0;
    export class Ignored {}`;
  await withWorker(text, 60, async ({ names, judge }) => {
    const all = ["count", "mine", "length"];
    assert.deepEqual([...names[0]!].sort(), [...all].sort());
    const [first, second] = await Promise.all([
      judge(asking(all, "cat", "a dog")),
      judge(asking(["count"], "cat")),
    ]);
    assert.deepEqual(first, [
      new Map([["count", 0], ["mine", 1], ["length", 3]]),
      new Map([["count", 1], ["mine", 0], ["length", 5]]),
    ]);
    assert.deepEqual(second, [new Map([["count", 2]])]);
    assert.deepEqual(await judge([]), []);
  });
});

Deno.test("a worker stops at the first failure, and says which it was", async () => {
  const text = `
    export const one = () => 1;
    export const odd = ({ text }) => { if (text === "b") throw new RangeError("b!"); return 2; };
    export const strange = () => { throw { toString: 1, f() {} }; };
    export const late = () => Promise.reject(new Error("later"));`;
  await withWorker(text, 60, async ({ judge }) => {
    const judged = await judge(asking(["one", "odd"], "a", "b", "c"));
    assert.ok(!("failure" in judged));
    assert.deepEqual(judged[0], new Map([["one", 1], ["odd", 2]]));
    assert.equal(judged.length, 2);
    const failure = judged[1]!.get("odd");
    assert.ok(typeof failure === "object" && failure.cause instanceof RangeError);
    assert.equal(failure.why, "threw: RangeError: b!");
    // What was thrown cannot be sent; and a rejected promise ends nothing.
    const why = async (name: string) => {
      const judged = await judge(asking([name], "a"));
      assert.ok(!("failure" in judged));
      const failure = judged[0]!.get(name);
      assert.ok(typeof failure === "object");
      return failure.why;
    };
    assert.match(await why("strange"), /^threw: something that cannot be shown/);
    assert.match(await why("late"), /^returns a Promise/);
    assert.deepEqual(await judge(asking(["one"], "a")), [new Map([["one", 1]])]);
  });
});

Deno.test("a reward in a worker sees an answer and a target that it cannot change", async () => {
  const text = `
    export const answer = (answer) => { answer.text = "b"; return 1; };
    export const target = (_, target) => { target.label = "b"; return 1; };`;
  await withWorker(text, 60, async ({ judge }) => {
    for (const name of ["answer", "target"]) {
      const judged = await judge(asking([name], "a"));
      assert.ok(!("failure" in judged));
      const failure = judged[0]!.get(name);
      assert.ok(typeof failure === "object");
      assert.match(failure.why, /^threw: TypeError: Cannot assign to read only/);
    }
  });
});

Deno.test("a reward that does not return is ended at the limit, and named", async () => {
  const text = `
    export const one = () => 1;
    export const loop = ({ text }) => { while (text === "b"); return 2; };`;
  await withWorker(text, 0.5, async ({ judge }) => {
    const { at, failure } = await noVerdict(
      judge(asking(["one", "loop"], "a", "b", "c")),
    );
    assert.equal(at, 1);
    assert.equal(failure.failed, "loop");
    assert.ok(failure.timedOut);
    assert.match(failure.why, /^has not returned after 0.5 s: .*rewardTimeout/);
    const after = await noVerdict(judge(asking(["one"], "a")));
    assert.match(
      after.failure.why,
      /^cannot be asked: the worker of \S+mine.ts has ended/,
    );
  });
});

Deno.test("the limit is one answer's, not a batch's", async () => {
  const text = `
    export const slow = () => {
      const began = Date.now();
      while (Date.now() - began < 150);
      return 1;
    };`;
  await withWorker(text, 1, async ({ judge }) => {
    const judged = await judge(asking(["slow"], ..."abcdefgh"));
    assert.ok(!("failure" in judged));
    assert.equal(judged.length, 8);
  });
});

Deno.test("a reward that would end the program is named", async () => {
  for (const exit of ["Deno.exit(7)", "process.exit(7)", "globalThis.close(7)"]) {
    const text = `
      import process from "node:process";
      process;
      export const one = () => 1;
      export const exits = ({ text }) => { if (text === "b") ${exit}; return 2; };`;
    await withWorker(text, 60, async ({ judge }) => {
      const judged = await judge(asking(["one", "exits"], "a", "b"));
      assert.ok(!("failure" in judged));
      const failure = judged[1]!.get("exits");
      assert.ok(typeof failure === "object");
      assert.match(failure.why, /^threw: Error: it calls exit\(7\): a reward returns/);
    });
  }
});

Deno.test("a reward that ends its thread all the same is named", async () => {
  const text = `
    export const one = () => 1;
    export const ends = () => { queueMicrotask(() => { throw new Error("micro"); }); return 2; };`;
  await withWorker(text, 60, async ({ judge }) => {
    const judged = await judge(asking(["one", "ends"], "a", "b"));
    const again = "failure" in judged ? judged : await judge(asking(["one"], "a"));
    assert.ok("failure" in again);
    assert.match(again.failure.why, /(ended its worker|has ended): Error: micro/);
  });
});

Deno.test("what a module leaves unhandled ends its worker, and is told when it is asked", async () => {
  const text = `
    export const one = () => { setTimeout(() => { throw new Error("later"); }); return 1; };`;
  await withWorker(text, 60, async ({ judge }) => {
    let judged = await judge(asking(["one"], "a"));
    for (let i = 0; i < 200 && !("failure" in judged); i++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      judged = await judge(asking(["one"], "a"));
    }
    assert.ok("failure" in judged, "the worker lives on");
    assert.equal(judged.failure.failed, "one");
    assert.match(judged.failure.why, /Error: later/);
  });
});

Deno.test("what cannot be sent to a worker is told", async () => {
  await withWorker("export const one = () => 1;", 60, async ({ judge }) => {
    const [plain] = asking(["one"], "a");
    const odd = { ...target, check: () => true };
    const { failure } = await noVerdict(judge([{ ...plain!, target: odd }]));
    assert.match(failure.why, /^cannot be asked: its answers or targets cannot be sent/);
    assert.deepEqual(await judge([plain!]), [new Map([["one", 1]])]);
  });
});

Deno.test("a module that cannot be loaded is named with its class of error", async () => {
  await inFolder(async (folder) => {
    const cases: [name: string, text: string, error: RegExp][] = [
      [
        "loop.ts",
        "while (true); export const a = () => 1;",
        /^TimeoutError: reward \S+loop.ts has not loaded after 1 s/,
      ],
      [
        "exit.ts",
        "Deno.exit(0); export const a = () => 1;",
        /^Error: reward \S+exit.ts cannot be loaded: it calls exit\(0\)/,
      ],
      [
        "throws.ts",
        "throw new Error('at load'); export {};",
        /^Error: reward \S+throws.ts cannot be loaded: at load$/,
      ],
      [
        "null.ts",
        "throw null; export {};",
        /^Error: reward \S+null.ts cannot be loaded: null$/,
      ],
      [
        "constant.ts",
        "export const one = 1;",
        /^TypeError: reward \S+constant.ts exports no function/,
      ],
      [
        "async.ts",
        "export const a = async () => 1;",
        /^TypeError: reward \S+async.ts: The reward "a" is an async function/,
      ],
      [
        "name.ts",
        "export function constructor() { return 1; }",
        /^RangeError: reward \S+name.ts: A reward cannot be called "constructor"/,
      ],
    ];
    for (const [name, text, error] of cases) {
      const path = join(folder, name);
      await Deno.writeTextFile(path, text);
      await assert.rejects(
        openRewardWorker([path], 60, name === "loop.ts" ? 1 : 60),
        error,
      );
    }
  });
});
