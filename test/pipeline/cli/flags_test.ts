import assert from "node:assert/strict";
import { type Flags, readFlags } from "../../../pipeline/cli/flags.ts";
import { flagOf } from "../../../pipeline/cli/options_as_flags.ts";
import { resolveSettings, settingRows } from "../../../pipeline/settings/settings.ts";

function read(...args: string[]): Flags {
  const flags = readFlags("train", args);
  assert.ok(typeof flags === "object");
  return flags;
}

Deno.test("readFlags() reads texts, numbers, switches, lists and weights", () => {
  const { settings, json, config } = read(
    ...["--model", "some/folder", "--steps=7", "--learning-rate", "1e-4"],
    ...["--freeze-vision", "--lora-target-modules", "q_proj, k_proj"],
    ...["--reward-weights", "accuracy=1,format=0.5", "--json", "--config", "a.json"],
  );
  assert.deepEqual(settings, {
    model: "some/folder",
    steps: 7,
    learningRate: 1e-4,
    freezeVision: true,
    loraTargetModules: ["q_proj", "k_proj"],
    rewardWeights: { accuracy: 1, format: 0.5 },
  });
  assert.equal(json, true);
  assert.equal(config, "a.json");
});

Deno.test("readFlags() gives only what is on the line, so that a config file counts", () => {
  assert.deepEqual(read(), { settings: {}, json: false, config: undefined });
  assert.deepEqual(read("--freeze-vision", "false").settings, { freezeVision: false });
});

Deno.test("readFlags() leaves unreadable numbers for the settings to refuse", () => {
  assert.throws(
    () => resolveSettings(read("--steps", "ten").settings),
    { message: 'steps must be a whole number of at least 0: it is "ten"' },
  );
  assert.throws(() => resolveSettings(read("--beta", "").settings), /beta must be/);
  assert.throws(
    () => resolveSettings(read("--reward-weights", "format").settings),
    /rewardWeights must be numbers by name/,
  );
});

Deno.test("readFlags() suggests the flag that was probably meant", () => {
  assert.throws(() => read("--learnin-rate", "1"), {
    name: "TypeError",
    message: "There is no flag --learnin-rate: did you mean --learning-rate?",
  });
  assert.throws(() => read("--xyzzy"), { message: /--xyzzy: --help lists all flags/ });
});

Deno.test("readFlags() refuses a flag without its value and words that are no flags", () => {
  assert.throws(() => read("--steps"), /--steps <number>' argument missing/);
  assert.throws(() => read("fast"), /too many arguments/);
});

Deno.test("readFlags() shows every flag with its default under --help", () => {
  const helps = Object.fromEntries(
    (["train", "sft", "evaluate"] as const).map((task) => {
      const help = readFlags(task, ["--help"]);
      assert.ok(typeof help === "string");
      return [task, help.replace(/\s+/g, " ")];
    }),
  );
  for (const [name, { default: fallback, kind, tasks }] of settingRows()) {
    const plain = helps[tasks[0]!]!;
    assert.ok(plain.includes(` ${flagOf(name)} `), name);
    if (fallback === undefined || kind === "weights") continue;
    const shown = Array.isArray(fallback) ? fallback.join(",") : String(fallback);
    if (shown === "") continue;
    assert.ok(plain.includes(`default: ${shown})`), `${name}: ${shown}`);
  }
});

Deno.test("readFlags() knows no flags of sampling under sft", () => {
  assert.throws(() => readFlags("sft", ["--num-generations", "8"]), /no flag/);
  assert.ok(typeof readFlags("sft", ["--learning-rate", "1"]) === "object");
});

Deno.test("a list may be given in one flag or in several", () => {
  const reward = (...args: string[]) => {
    const flags = readFlags("train", args);
    assert.ok(typeof flags !== "string");
    return flags.settings.reward;
  };
  assert.deepEqual(reward("--reward", "a.ts, b.ts"), ["a.ts", "b.ts"]);
  assert.deepEqual(reward("--reward", "a.ts", "--reward", "b.ts"), ["a.ts", "b.ts"]);
  assert.equal(reward(), undefined);
});

Deno.test("weights that are given twice, or in another form, are left for the settings to refuse", () => {
  for (const text of ["a=1,a=2", "a=1=2", "a", "a=1,,b=2"]) {
    const flags = readFlags("train", ["--reward-weights", text]);
    assert.ok(typeof flags !== "string");
    assert.equal(flags.settings.rewardWeights as unknown, text);
    assert.throws(
      () => resolveSettings(flags.settings),
      /rewardWeights must be numbers by name, as in accuracy=1,format=0\.5: it is/,
    );
  }
});
