import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkTrusted, checkTrustedData } from "../../../pipeline/open/trust.ts";
import { inFolder } from "../../support/in_folder.ts";

const CHILD = fileURLToPath(new URL("../../support/cli_child.ts", import.meta.url));

Deno.test("what a file says of code and of places to write to needs trust, or the user's own word", () => {
  for (
    const named of [
      { reward: ["./mine.ts"] },
      { tensorboard: "/home/me" },
      { existMap: "/home/me/map.json" },
      { out: "/home/me" },
      { resume: "/home/me/run" },
    ]
  ) {
    const [name] = Object.keys(named);
    assert.throws(
      () => checkTrusted("a/config.json", { ...named, steps: 3 }, { steps: 4 }),
      /^TypeError: a\/config\.json names (the reward module|the place to write to) .*trustCode/,
      name,
    );
    checkTrusted("a/config.json", named, { trustCode: true });
    checkTrusted("a/config.json", named, { [name!]: "mine" });
  }
  checkTrusted("a/config.json", { reward: [], data: "jsonl:x", steps: 2 }, {});
  assert.throws(
    () => checkTrusted("a/config.json", { trustCode: true }, { trustCode: true }),
    /sets "trustCode": only the command line can say/,
  );
});

Deno.test("a foreign run folder or configuration runs no code of its own", () =>
  inFolder(async (folder) => {
    const cli = async (...args: string[]) => {
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", CHILD, ...args],
        cwd: folder,
        stdout: "null",
        stderr: "piped",
      }).output();
      return { code, said: new TextDecoder().decode(stderr) };
    };
    const evil = join(folder, "evil.ts"), proof = join(folder, "proof");
    const quick = ["--steps", "1", "--eval-samples", "0", "--batch-size", "2"];
    await Deno.writeTextFile(evil, "export const brief = () => 1;");
    const made = await cli("train", "--out", "run", "--reward", "evil.ts", ...quick);
    assert.equal(made.code, 0, made.said);
    await Deno.writeTextFile(
      evil,
      `Deno.writeTextFileSync(${
        JSON.stringify(proof)
      }, ""); export const brief = () => 1;`,
    );
    const resumed = await cli("train", "--resume", "run", "--steps", "2");
    assert.equal(resumed.code, 2);
    assert.match(
      resumed.said,
      /trainer\.json names the reward module evil\.ts .*--trust-code/,
    );

    await Deno.writeTextFile(
      join(folder, "config.json"),
      JSON.stringify({ steps: 0, reward: ["evil.ts"] }),
    );
    for (const task of ["train", "sft", "evaluate"]) {
      const { code, said } = await cli(task, "--config", "config.json");
      assert.equal(code, 2);
      assert.match(said, /config\.json names the reward module evil\.ts/);
    }
    await assert.rejects(Deno.stat(proof), Deno.errors.NotFound);
    const trusted = ["--resume", "run", "--steps", "2", "--reward", "evil.ts"];
    assert.equal((await cli("train", ...trusted)).code, 0);
    await Deno.stat(proof); // the test can see code that runs
  }));

Deno.test("a manifest opens data of its choice only if it is trusted", () =>
  inFolder(async (folder) => {
    const made = async (data: string, more = {}) => {
      const path = join(folder, "manifest.json");
      const sha256 = { train: "ab".repeat(32), heldOut: "ab".repeat(32) };
      const manifest = { data, seed: 0, train: {}, heldOut: {}, sha256, ...more };
      await Deno.writeTextFile(path, JSON.stringify(manifest));
      return path;
    };
    const own = await made("emoji:detection");
    checkTrustedData([own, "jsonl:mine.jsonl", "owner/name", undefined], false);
    for (
      const [data, more] of [
        ["jsonl:/home/me/diary.jsonl", {}],
        ["owner/name", {}],
        ["emoji:detection", { testData: "jsonl:/home/me/diary.jsonl" }],
      ] as const
    ) {
      const path = await made(data, more);
      assert.throws(
        () => checkTrustedData([path], false),
        /^TypeError: .*manifest\.json names the data (jsonl:|owner).*trustCode/,
      );
      checkTrustedData([path], true);
    }
  }));
