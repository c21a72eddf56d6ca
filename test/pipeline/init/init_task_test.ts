import assert from "node:assert/strict";
import { join } from "node:path";
import { checkData } from "../../../pipeline/check_data/check_data.ts";
import { initTask } from "../../../pipeline/init/init_task.ts";
import { openSides } from "../../../pipeline/open/open_files.ts";
import { readConfig } from "../../../pipeline/cli/read_config.ts";
import { resolveSettings } from "../../../pipeline/settings/settings.ts";
import { inFolder } from "../../support/in_folder.ts";

for (const kind of ["boxes", "labels"] as const) {
  Deno.test(`init writes a task of ${kind} that is well and can be trained on as it is`, async () => {
    await inFolder(async (folder) => {
      const task = join(folder, "my-task");
      const written = await initTask(task, kind);
      assert.ok(written.includes(join(task, "README.md")));
      const settings = resolveSettings(await readConfig(join(task, "config.json")));
      const sides = await openSides(settings.data, "short");
      assert.ok(sides.heldOut.size >= 3);
      const { faults, train } = await checkData(sides, { examples: 3 });
      assert.deepEqual(faults, []);
      assert.deepEqual(Object.keys(train.kinds), [
        kind === "boxes" ? "detection" : "classification",
      ]);
      const readme = await Deno.readTextFile(join(task, "README.md"));
      const [, line] = /```json\n(.*)\n```/.exec(readme)!;
      const first = (await Deno.readTextFile(join(task, "train.jsonl"))).split("\n")[0]!;
      assert.deepEqual(JSON.parse(line!), JSON.parse(first));
      for (const key of Object.keys(JSON.parse(first))) {
        assert.ok(readme.includes(`| \`${key}\``));
      }
      await assert.rejects(initTask(task, kind), /is not empty/);
    });
  });
}
