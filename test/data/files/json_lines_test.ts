import assert from "node:assert/strict";
import { join } from "node:path";
import { openJsonLines } from "../../../data/files/json_lines.ts";
import { inFolder } from "../../support/in_folder.ts";

Deno.test("openJsonLines() appends, counts bytes, and takes up a file at a mark", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.jsonl");
    const lines = await openJsonLines(path);
    await lines.append([{ a: 1 }, { b: "ä" }]);
    const kept = lines.mark();
    assert.equal(kept.bytes, '{"a":1}\n{"b":"ä"}\n'.length + 1); // ä has two bytes
    await lines.append([3]);
    const again = await openJsonLines(path, kept);
    assert.deepEqual(again.mark(), kept);
    assert.equal(again.fault, undefined);
    await again.append([4]);
    assert.equal(await Deno.readTextFile(path), '{"a":1}\n{"b":"ä"}\n4\n');
  }));

Deno.test("a file without a mark begins anew", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.jsonl");
    await Deno.writeTextFile(path, "1\n");
    const lines = await openJsonLines(path);
    assert.equal(lines.fault, undefined);
    assert.equal(await Deno.readTextFile(path), "");
  }));

Deno.test("lines that were lost are told, and the whole ones that are left stay", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.jsonl");
    const lines = await openJsonLines(path);
    await lines.append([11, 22, 33]);
    const mark = lines.mark();
    await Deno.truncate(path, 4); // in the middle of the second line
    const short = await openJsonLines(path, mark);
    assert.match(short.fault!, /a\.jsonl has lost lines: it has 4 bytes, .* counts on 9/);
    await short.append([44]);
    assert.equal(await Deno.readTextFile(path), "11\n44\n");

    await Deno.remove(path);
    const gone = await openJsonLines(path, mark);
    assert.match(gone.fault!, /a\.jsonl is missing/);
    assert.equal(gone.mark().bytes, 0);
  }));

Deno.test("lines that were changed in place are told", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.jsonl");
    const lines = await openJsonLines(path);
    await lines.append([11, 22]);
    await Deno.writeTextFile(path, "11\n23\n");
    const changed = await openJsonLines(path, lines.mark());
    assert.match(changed.fault!, /a\.jsonl was changed since the checkpoint/);
    assert.equal(await Deno.readTextFile(path), "11\n23\n");
  }));

Deno.test({
  name: "nothing is written through a link, which may lead to another file of the user",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const victim = join(folder, "thesis.tex"), path = join(folder, "a.jsonl");
      await Deno.writeTextFile(victim, "precious");
      await Deno.symlink(victim, path);
      await assert.rejects(openJsonLines(path), {
        name: "TypeError",
        message: /a\.jsonl is a link: a run writes to files and folders of its own only/,
      });
      assert.equal(await Deno.readTextFile(victim), "precious");
    }),
});

Deno.test({
  name: "a full disk is told with its remedy, and leaves no half line",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      const path = join(folder, "a.jsonl");
      const lines = await openJsonLines(path);
      await lines.append([1]);
      await Deno.remove(path);
      await Deno.symlink("/dev/full", path);
      await assert.rejects(
        lines.append([2]),
        /a\.jsonl cannot be written: the disk is full: make room and run it again/,
      );
    }),
});
