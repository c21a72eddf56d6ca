import assert from "node:assert/strict";
import {
  readRegularFile,
  readRegularFileSync,
  regularFile,
  regularFileSync,
} from "../../../data/files/regular_file.ts";
import { inFolder } from "../../support/in_folder.ts";

const onUnix = { ignore: Deno.build.os === "windows" };

Deno.test("a regular file is read whole, up to its limit", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a`;
    await Deno.writeFile(path, new Uint8Array([1, 2, 3]));
    assert.deepEqual(await readRegularFile(path, 3), new Uint8Array([1, 2, 3]));
    assert.deepEqual(readRegularFileSync(path, 3), new Uint8Array([1, 2, 3]));
    await assert.rejects(readRegularFile(path, 2), {
      name: "RangeError",
      message: `${path} has 3 bytes, more than the 2 that such a file may have`,
    });
    assert.throws(() => readRegularFileSync(path, 2), RangeError);
  }));

Deno.test(
  "a link to a regular file is followed",
  onUnix,
  () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/a`, "x");
      await Deno.symlink(`${folder}/a`, `${folder}/b`);
      assert.equal((await regularFile(`${folder}/b`)).size, 1);
    }),
);

Deno.test(
  "folders, pipes and devices are refused by name before they are opened",
  onUnix,
  () =>
    inFolder(async (folder) => {
      const pipe = `${folder}/pipe`;
      await new Deno.Command("mkfifo", { args: [pipe] }).output();
      await Deno.symlink("/dev/zero", `${folder}/zero`);
      for (
        const [path, kind] of [
          [folder, "a folder"],
          [pipe, "a named pipe"],
          [`${folder}/zero`, "a device"],
        ]
      ) {
        const message = `${path} is ${kind}: give a regular file`;
        await assert.rejects(regularFile(path!), { name: "TypeError", message });
        assert.throws(() => regularFileSync(path!), { name: "TypeError", message });
        await assert.rejects(readRegularFile(path!, 1 << 20), { message });
      }
    }),
);

Deno.test("a missing file stays a missing file", () =>
  inFolder(async (folder) => {
    await assert.rejects(readRegularFile(`${folder}/none`, 1), Deno.errors.NotFound);
    assert.throws(() => readRegularFileSync(`${folder}/none`, 1), Deno.errors.NotFound);
  }));
