import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inFolder } from "../../support/in_folder.ts";

const CLI = fileURLToPath(new URL("../../../pipeline/cli/main.ts", import.meta.url));
const CHILD = fileURLToPath(new URL("../../support/cli_child.ts", import.meta.url));

function start(module: string, cwd: string, args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "--no-check", module, ...args],
    cwd,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name);

Deno.test("what cannot be used gives one sentence, exit code 2 and no files", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "broken.json"), "{");
    await Deno.writeTextFile(join(folder, "typo.json"), '{"numGeneration": 8}');
    const before = names(folder).sort();
    const cases: [string[], RegExp][] = [
      [
        ["train", "--learnin-rate", "1"],
        /--learnin-rate: did you mean --learning-rate\?/,
      ],
      [["train", "--config", "broken.json"], /--config broken.json is not JSON/],
      [
        ["train", "--config", "typo.json"],
        /"numGeneration": did you mean "numGenerations"/,
      ],
      [
        ["sft", "--model", "no/such/model"],
        /model no\/such\/model: there is no such folder/,
      ],
      [["train", "--resume", "no/run"], /no checkpoint in no\/run: .*--resume takes/],
      [
        ["evaluate", "--data", "emojy:x"],
        /there is no source "emojy"; did you mean "emoji"/,
      ],
      [["train", "--reward", "mine.ts"], /--reward mine.ts: there is no such file/],
      [["train", "--reward", "typo.json"], /--reward typo.json cannot be loaded: /],
      [["train", "--profile", "none"], /profile none has no rewards: .*--reward/],
      [["trian"], /^deno task: There is no command trian: did you mean train\?$/],
      [["xyzzy"], /no command xyzzy: deno task help lists all commands/],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await start(CLI, folder, args).output();
      const text = new TextDecoder().decode(stderr).trimEnd();
      assert.match(text, message);
      assert.equal(text.split("\n").length, 1, text);
      assert.equal(code, 2);
      assert.equal(stdout.length, 0);
    }
    assert.deepEqual(names(folder).sort(), before);
  });
});

Deno.test("--help gives the flags of a command and exit code 0", async () => {
  const { code, stdout, stderr } = await start(CLI, ".", ["evaluate", "--help"]).output();
  assert.equal(code, 0);
  assert.equal(stderr.length, 0);
  assert.match(new TextDecoder().decode(stdout), /--eval-samples <number>/);
});

Deno.test("Ctrl-C saves a checkpoint, says how to go on, and exits with 130", async () => {
  await inFolder(async (folder) => {
    const args = [
      "--out",
      "run",
      "--steps",
      "5",
      "--batch-size",
      "2",
      "--eval-samples",
      "2",
    ];
    const child = start(CHILD, folder, ["train", ...args]);
    const errors = new Response(child.stderr).text();
    let seen = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      if (!seen.includes('"step":2') && (seen + text).includes('"step":2')) {
        child.kill("SIGINT");
      }
      seen += text;
    }
    assert.equal((await child.status).code, 130);
    assert.match(await errors, /continue with: deno task train --resume \S*run\n/);
    assert.equal(JSON.parse(seen.trimEnd().split("\n").at(-1)!).name, "interrupted");
    assert.deepEqual(names(join(folder, "run", "checkpoints")).length, 1);

    const resumed = await start(CHILD, folder, ["train", "--resume", "run"]).output();
    const people = new TextDecoder().decode(resumed.stderr);
    assert.equal(resumed.code, 0, people);
    assert.match(people, /held-out +before +after/);
    const written = await Deno.readTextFile(join(folder, "run", "metrics.jsonl"));
    const steps = written.trimEnd().split("\n").map((line) => JSON.parse(line))
      .filter(({ type }) => type === "step").map(({ step }) => step);
    assert.deepEqual(steps, [1, 2, 3, 4, 5]);
  });
});

Deno.test("a reward of one's own that gives NaN ends the run with one sentence and exit code 2", async () => {
  await inFolder(async (folder) => {
    const odd = "export const odd = ({ text }) => text.includes('dog') ? NaN : 1;";
    await Deno.writeTextFile(join(folder, "odd.ts"), odd);
    const args = ["train", "--reward", "./odd.ts", "--out", "run", "--eval-samples", "0"];
    const { code, stderr } = await start(CHILD, folder, args).output();
    const last = new TextDecoder().decode(stderr).trimEnd().split("\n").at(-1)!;
    assert.match(
      last,
      /^deno task train: Reward "odd" of completion \S+, "<think>fur<\/think><answer>dog<\/answer>", is not a finite number: it is NaN$/,
    );
    assert.equal(code, 2);
  });
});
