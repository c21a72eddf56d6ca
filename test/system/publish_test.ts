import assert from "node:assert/strict";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

Deno.test("the package can be published: no slow types, all that a program loads, no tests", async () => {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    // Types are checked by a task of their own.
    args: ["publish", "--dry-run", "--allow-dirty", "--no-check"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.ok(success, said);
  assert.doesNotMatch(said, /^error\[/m);
  const files = [...said.matchAll(/^ +(file:\S+) \(/gm)].map(([, url]) =>
    relative(ROOT, fileURLToPath(url!))
  );
  for (
    const needed of [
      "mod.ts",
      "exports/stages.ts",
      "deno.json",
      "LICENSE",
      "NOTICE",
      "data/emoji/model/model.safetensors",
      "pipeline/page/style.css",
      "stages/reward/judge/worker_thread.ts",
    ]
  ) assert.ok(files.includes(needed), needed);
  assert.deepEqual(files.filter((file) => /^(test|bench|tools|\.ci)\//.test(file)), []);
});
