import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import { writeFile } from "../../../data/files/write_file.ts";
import { repairFolder, writeFolder } from "../../../data/files/write_folder.ts";
import { inFolder } from "../../support/in_folder.ts";

const onUnix = { ignore: Deno.build.os === "windows" };
const file = (folder: string) => join(folder, "file");
const writes = (text: string) => (folder: string) =>
  Deno.writeTextFile(file(folder), text);
const names = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("writeFolder() makes a folder, its parents too, and nothing beside it", () =>
  inFolder(async (root) => {
    const folder = join(root, "a", "b");
    await writeFolder(folder, writes("one"));
    assert.equal(await Deno.readTextFile(file(folder)), "one");
    assert.deepEqual(names(join(root, "a")), ["b"]);
  }));

Deno.test("writeFolder() puts a new folder in an old one's place, or leaves the old one", () =>
  inFolder(async (root) => {
    const folder = join(root, "a");
    await writeFolder(folder, writes("one"));
    await writeFolder(folder, writes("two"));
    assert.equal(await Deno.readTextFile(file(folder)), "two");
    const failing = async (temporary: string) => {
      await writes("three")(temporary);
      throw new Error("no more room");
    };
    await assert.rejects(writeFolder(folder, failing), /no more room/);
    assert.equal(await Deno.readTextFile(file(folder)), "two");
    assert.deepEqual(names(root), ["a"]);
  }));

Deno.test(
  "if the second of the two renames fails, the old folder is back",
  onUnix,
  () =>
    inFolder(async (root) => {
      const folder = join(root, "a");
      await writeFolder(folder, writes("one"));
      const { rename } = Deno;
      Deno.rename = (from, to) =>
        basename(String(from)) === ".new-a"
          ? Promise.reject(Object.assign(new Error("EIO"), { code: "EIO" }))
          : rename(from, to);
      try {
        await assert.rejects(
          writeFolder(folder, writes("two")),
          /a cannot be written: the disk reports an error/,
        );
      } finally {
        Deno.rename = rename;
      }
      assert.equal(await Deno.readTextFile(file(folder)), "one");
      assert.deepEqual(names(root), ["a"]);
    }),
);

Deno.test("repairFolder() brings back what a kill between the renames has taken away, and nothing else", () =>
  inFolder(async (root) => {
    const folder = join(root, "a");
    await Deno.mkdir(join(root, ".old-a"));
    await writes("old")(join(root, ".old-a"));
    await repairFolder(folder);
    assert.equal(await Deno.readTextFile(file(folder)), "old");
    await Deno.mkdir(join(root, ".old-a"));
    await repairFolder(folder);
    assert.equal(await Deno.readTextFile(file(folder)), "old");
    await repairFolder(join(root, "b"));
    assert.deepEqual(names(root), [".old-a", "a"]);
  }));

Deno.test(
  "writeFolder() removes nothing of somebody else's, and writes through no link",
  onUnix,
  () =>
    inFolder(async (root) => {
      const precious = join(root, "precious"), folder = join(root, "a");
      await Deno.mkdir(precious);
      await writes("precious")(precious);
      for (const name of ["a", ".new-a", ".old-a"]) {
        await Deno.symlink(precious, join(root, name));
        if (name === ".old-a") await Deno.mkdir(folder);
        await assert.rejects(writeFolder(folder, writes("one")), {
          name: "TypeError",
          message: /is a link: a run writes to files and folders of its own only/,
        });
        await Deno.remove(join(root, name));
      }
      assert.equal(await Deno.readTextFile(file(precious)), "precious");
    }),
);

Deno.test(
  "everything is on the disk before it takes its name, and the name before anything goes",
  onUnix,
  () =>
    inFolder(async (root) => {
      const folder = join(root, "a");
      await writeFolder(folder, writes("one"));
      const order = await recorded(root, () =>
        writeFolder(folder, async (temporary) => {
          await writes("two")(temporary);
          await Deno.mkdir(join(temporary, "deep"));
          await writes("three")(join(temporary, "deep"));
        }));
      const place = (event: string) => {
        const at = order.indexOf(event);
        assert.ok(at >= 0, `${event} in ${order.join(", ")}`);
        return at;
      };
      const renamed = place("rename .new-a a");
      for (
        const path of [".new-a/file", ".new-a/deep/file", ".new-a/deep", ".new-a"]
      ) {
        assert.ok(place(`sync ${path}`) < renamed, path);
      }
      assert.ok(place("sync .new-a/deep/file") < place("sync .new-a/deep"));
      assert.ok(place("sync .new-a/deep") < place("sync .new-a"));
      assert.ok(place("rename a .old-a") < renamed);
      assert.ok(order.lastIndexOf("sync .") > renamed);
      assert.ok(order.lastIndexOf("sync .") < order.lastIndexOf("remove .old-a"));
    }),
);

Deno.test(
  "a text file is on the disk before it takes its name, and its folder afterwards",
  onUnix,
  () =>
    inFolder(async (root) => {
      const order = await recorded(
        root,
        () => writeFile(join(root, "new", "a.json"), "{}"),
      );
      assert.deepEqual(
        order.filter((event) => !event.startsWith("remove")),
        [
          "sync .", // the new folder's name
          "sync new/.new-a.json",
          "rename new/.new-a.json new/a.json",
          "sync new",
        ],
      );
      assert.deepEqual(names(join(root, "new")), ["a.json"]);
    }),
);

/** What is flushed, renamed and removed meanwhile, in order, with paths from `root`. */
async function recorded(root: string, work: () => Promise<void>): Promise<string[]> {
  const { open, rename, remove } = Deno;
  const events: string[] = [];
  const shown = (path: string | URL) =>
    dirname(String(path)) === dirname(root) ? "." : String(path).slice(root.length + 1);
  Deno.open = async (path, options) => {
    const opened = await open(path, options);
    const sync = opened.sync.bind(opened);
    opened.sync = async () => {
      await sync();
      events.push(`sync ${shown(path)}`);
    };
    return opened;
  };
  Deno.rename = async (from, to) => {
    await rename(from, to);
    events.push(`rename ${shown(from)} ${shown(to)}`);
  };
  Deno.remove = async (path, options) => {
    await remove(path, options);
    events.push(`remove ${shown(path)}`);
  };
  try {
    await work();
  } finally {
    Object.assign(Deno, { open, rename, remove });
  }
  return events;
}
