import assert from "node:assert/strict";
import { join } from "node:path";
import { isTaken, isThere, isThereSync } from "../../../data/files/is_there.ts";
import { inFolder } from "../../support/in_folder.ts";

/** Asks whether a path is there, waiting or not: both must say the same. */
async function there(path: string, kind?: "file" | "folder"): Promise<boolean> {
  const found = await isThere(path, kind);
  assert.equal(isThereSync(path, kind), found);
  return found;
}

Deno.test("files and folders are there, each as its own kind only", () =>
  inFolder(async (folder) => {
    const file = join(folder, "a.txt");
    await Deno.writeTextFile(file, "");
    assert.ok(await there(file));
    assert.ok(await there(file, "file"));
    assert.equal(await there(file, "folder"), false);
    assert.ok(await there(folder));
    assert.ok(await there(folder, "folder"));
    assert.equal(await there(folder, "file"), false);
  }));

Deno.test("what cannot be looked at is not there", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "a.txt"), "");
    const paths = ["no.txt", "a.txt/below", "a\0b", "x".repeat(5000)];
    for (const path of paths.map((name) => `${folder}/${name}`)) {
      assert.equal(await there(path), false);
      assert.equal(await isTaken(path), false);
    }
  }));

Deno.test(
  "links are followed; one that leads nowhere takes its name, and nothing is there",
  {
    ignore: Deno.build.os === "windows",
  },
  () =>
    inFolder(async (folder) => {
      const file = join(folder, "a.txt"), good = join(folder, "good");
      const dangling = join(folder, "dangling"), loop = join(folder, "loop");
      await Deno.writeTextFile(file, "");
      await Deno.symlink(file, good);
      await Deno.symlink(join(folder, "no.txt"), dangling);
      await Deno.symlink(loop, loop);
      assert.ok(await there(good, "file"));
      assert.equal(await there(dangling), false);
      assert.equal(await there(loop), false);
      for (const path of [folder, file, good, dangling, loop]) {
        assert.ok(await isTaken(path));
      }
      assert.equal(await isTaken(join(folder, "no.txt")), false);
    }),
);
