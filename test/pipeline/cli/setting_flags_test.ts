import assert from "node:assert/strict";
import { join } from "node:path";
import type { Command } from "commander";
import { parse, parserOf } from "../../../pipeline/cli/command.ts";
import { flagOf } from "../../../pipeline/cli/options_as_flags.ts";
import { addSettingFlags, readSettings } from "../../../pipeline/cli/setting_flags.ts";
import type { Task } from "../../../pipeline/settings/setting.ts";
import {
  resolveSettings,
  settingRows,
  type SettingsInput,
} from "../../../pipeline/settings/settings.ts";
import { inFolder } from "../../support/in_folder.ts";

/** The parser of a command, after it has read a line; the text of its help, if it has any. */
function parsed(task: Task, args: readonly string[]) {
  const command = {
    declare: (command: Command) => addSettingFlags(command, [task]),
    run: () => Promise.resolve(0),
  };
  const parser = parserOf(task, "A command", command);
  return { parser, printed: parse(parser, args) };
}

async function readSettingsOf(...args: string[]): Promise<SettingsInput> {
  return await readSettings(parsed("train", args).parser);
}

Deno.test("flags of settings are texts, numbers, switches, lists and weights", async () => {
  const line = [
    ...["--model", "some/folder", "--steps=7", "--learning-rate", "1e-4"],
    ...["--freeze-vision", "--lora-target-modules", "q_proj, k_proj"],
    ...["--reward-weights", "accuracy=1,format=0.5", "--json"],
  ];
  assert.deepEqual(await readSettingsOf(...line), {
    model: "some/folder",
    steps: 7,
    learningRate: 1e-4,
    freezeVision: true,
    loraTargetModules: ["q_proj", "k_proj"],
    rewardWeights: { accuracy: 1, format: 0.5 },
  });
  const { json, config } = parsed("train", [...line, "--config", "a.json"]).parser.opts();
  assert.equal(json, true);
  assert.equal(config, "a.json");
});

Deno.test("readSettings() gives only what is on the line, so that a config file counts", () =>
  inFolder(async (folder) => {
    assert.deepEqual(await readSettingsOf(), {});
    assert.deepEqual(await readSettingsOf("--freeze-vision", "false"), {
      freezeVision: false,
    });
    const config = join(folder, "config.json");
    await Deno.writeTextFile(config, '{ "steps": 3, "seed": 4 }');
    assert.deepEqual(await readSettingsOf("--seed", "5", "--config", config), {
      steps: 3,
      seed: 5,
    });
  }));

Deno.test("readSettings() leaves unreadable values for the settings to refuse", async () => {
  const refused = async (message: string | RegExp, ...args: string[]) => {
    const settings = await readSettingsOf(...args);
    assert.throws(() => resolveSettings(settings), { message });
  };
  await refused(
    'steps must be a whole number of at least 0: it is "ten"',
    "--steps",
    "ten",
  );
  await refused(/beta must be/, "--beta", "");
  await refused(/rewardWeights must be numbers by name/, "--reward-weights", "format");
});

Deno.test("parse() suggests the flag that was probably meant", () => {
  assert.throws(() => parsed("train", ["--learnin-rate", "1"]), {
    name: "TypeError",
    message: "There is no flag --learnin-rate: did you mean --learning-rate?",
  });
  assert.throws(() => parsed("train", ["--xyzzy=1"]), {
    message: "There is no flag --xyzzy: --help lists all flags",
  });
});

Deno.test("parse() refuses a flag without its value and words that are no flags", () => {
  assert.throws(() => parsed("train", ["--steps"]), {
    name: "TypeError",
    message: "--steps needs a value, as in --steps <number>",
  });
  assert.throws(() => parsed("train", ["fast"]), {
    name: "TypeError",
    message: 'There is no argument "fast": --help lists arguments and flags',
  });
});

Deno.test("--help shows every flag with its default, those that matter first on top", () => {
  for (const task of ["train", "sft", "evaluate"] as const) {
    const help = parsed(task, ["--help"]).printed!;
    const plain = help.replace(/\s+/g, " ");
    const [top, rest] = help.split("\nData:");
    for (const [name, { default: fallback, kind, first }] of settingRows(task)) {
      assert.ok(plain.includes(` ${flagOf(name)} `), name);
      assert.ok((first ? top! : rest!).includes(`  ${flagOf(name)} `), name);
      if (fallback === undefined || kind === "weights") continue;
      const shown = Array.isArray(fallback) ? fallback.join(",") : String(fallback);
      if (shown === "") continue;
      assert.ok(plain.includes(`default: ${shown})`), `${name}: ${shown}`);
    }
    for (const flag of ["--config", "--json", "--help", "--version"]) {
      assert.ok(plain.includes(flag), flag);
    }
  }
});

Deno.test("sft has no flags of sampling", () => {
  assert.throws(() => parsed("sft", ["--num-generations", "8"]), /no flag/);
  assert.doesNotThrow(() => parsed("sft", ["--learning-rate", "1"]));
});

Deno.test("a list may be given in one flag or in several", async () => {
  const reward = async (...args: string[]) => (await readSettingsOf(...args)).reward;
  assert.deepEqual(await reward("--reward", "a.ts, b.ts"), ["a.ts", "b.ts"]);
  assert.deepEqual(await reward("--reward", "a.ts", "--reward", "b.ts"), [
    "a.ts",
    "b.ts",
  ]);
  assert.equal(await reward(), undefined);
});

Deno.test("weights that are given twice, or in another form, are left for the settings to refuse", async () => {
  for (const text of ["a=1,a=2", "a=1=2", "a", "a=1,,b=2"]) {
    const settings = await readSettingsOf("--reward-weights", text);
    assert.equal(settings.rewardWeights as unknown, text);
    assert.throws(
      () => resolveSettings(settings),
      /rewardWeights must be numbers by name, as in accuracy=1,format=0\.5: it is/,
    );
  }
});
