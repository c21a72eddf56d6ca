import assert from "node:assert/strict";
import { join } from "node:path";
import { openJsonLines } from "../../pipeline/json_lines.ts";

Deno.test("openJsonLines() appends, counts bytes, and takes up a file where it is told to", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "a.jsonl");
  const lines = await openJsonLines(path);
  await lines.append([{ a: 1 }, { b: "ä" }]);
  assert.equal(lines.size(), '{"a":1}\n{"b":"ä"}\n'.length + 1); // ä has two bytes
  const kept = lines.size();
  await lines.append([3]);
  const again = await openJsonLines(path, kept);
  assert.equal(again.size(), kept);
  await again.append([4]);
  assert.equal(await Deno.readTextFile(path), '{"a":1}\n{"b":"ä"}\n4\n');
  await Deno.remove(folder, { recursive: true });
});

Deno.test("openJsonLines() refuses a file that has lost what a checkpoint counts on", async () => {
  const folder = await Deno.makeTempDir();
  await assert.rejects(openJsonLines(join(folder, "a.jsonl"), 10), {
    name: "RangeError",
    message: /has 0 bytes where the checkpoint counts on 10/,
  });
  assert.deepEqual([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder, { recursive: true });
});
