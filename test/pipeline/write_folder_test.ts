import assert from "node:assert/strict";
import { join } from "node:path";
import { writeFolder } from "../../pipeline/write_folder.ts";

const file = (folder: string) => join(folder, "file");
const writes = (text: string) => (folder: string) =>
  Deno.writeTextFile(file(folder), text);

Deno.test("writeFolder() makes a folder, its parents too, and nothing beside it", async () => {
  const root = await Deno.makeTempDir();
  const folder = join(root, "a", "b");
  await writeFolder(folder, writes("one"));
  assert.equal(await Deno.readTextFile(file(folder)), "one");
  assert.deepEqual([...Deno.readDirSync(join(root, "a"))].map(({ name }) => name), ["b"]);
  await Deno.remove(root, { recursive: true });
});

Deno.test("writeFolder() puts a new folder in an old one's place, or leaves the old one", async () => {
  const root = await Deno.makeTempDir();
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
  assert.deepEqual([...Deno.readDirSync(root)].map(({ name }) => name), ["a"]);
  await Deno.remove(root, { recursive: true });
});
