import assert from "node:assert/strict";
import { join } from "node:path";
import { imagesBelow } from "../../../../data/formats/labels/image_names.ts";
import { inFolder } from "../../../support/in_folder.ts";

Deno.test("imagesBelow() finds images of folders in folders, and tells those it does not read", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(join(folder, "a", "b"), { recursive: true });
    for (const name of ["1.JPG", "a/2.png", "a/b/3.bmp", "a/b/4.webp", "a/.5.png"]) {
      await Deno.writeTextFile(join(folder, name), "");
    }
    assert.deepEqual(await imagesBelow(folder), {
      images: ["1.JPG", "a/2.png", "a/b/4.webp"],
      unread: ["a/b/3.bmp"],
    });
  }));

Deno.test("imagesBelow() ends where links lead in circles, or multiply folders", async () => {
  await inFolder(async (folder) => {
    await Deno.symlink(".", join(folder, "again"));
    await assert.rejects(
      imagesBelow(folder),
      /12 folders deep: does a link lead in a circle/,
    );
  });
  await inFolder(async (folder) => {
    for (let depth = 0; depth < 6; depth++) {
      await Deno.mkdir(join(folder, `${depth}`));
    }
    for (let depth = 0; depth < 5; depth++) {
      for (let i = 0; i < 10; i++) {
        await Deno.symlink(`../${depth + 1}`, join(folder, `${depth}`, `link${i}`));
      }
    }
    await assert.rejects(imagesBelow(join(folder, "0")), {
      name: "RangeError",
      message: /has more than 10000 folders below it: does a link lead out/,
    });
  });
});
