import assert from "node:assert/strict";
import { join } from "node:path";
import { fixturePath } from "../../support/fixtures.ts";
import { inFolder } from "../../support/in_folder.ts";

async function init(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--no-prompt", "--no-remote", "-P=init", "pipeline/cli/main.ts"],
      ...["init", ...args],
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), error: text(stderr) };
}

Deno.test("init --from says what it wrote and what to call next", async () => {
  await inFolder(async (folder) => {
    const task = join(folder, "my-task");
    const { code, out, error } = await init(
      ...[task, "--from", fixturePath("data/imagefolder")],
    );
    assert.equal(error, "");
    assert.equal(code, 0);
    assert.match(
      out,
      /my-task is there: \d+ questions to learn from, \d+ held out, \d+ images/,
    );
    assert.match(
      out,
      /check-data --data 'jsonl:\S+\/train\.jsonl,frame=per-mille,held-out=held-out\.jsonl'/,
    );
  });
});

Deno.test("init --from refuses what it cannot do, and leaves nothing", async () => {
  await inFolder(async (folder) => {
    const task = join(folder, "my-task");
    const both = await init(...[task, "--of", "labels", "--from", folder]);
    assert.match(both.error, /--of does not go with --from/);
    const nowhere = await init(...[task, "--from", join(folder, "no.jsonl")]);
    assert.match(nowhere.error, /there is no file or folder \S+no\.jsonl/);
    assert.deepEqual([both.code, nowhere.code, [...Deno.readDirSync(folder)].length], [
      2,
      2,
      0,
    ]);
  });
});
