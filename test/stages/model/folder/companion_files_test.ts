import assert from "node:assert/strict";
import {
  checkCompanionFiles,
  copyCompanionFiles,
  MAX_COMPANION_BYTES,
} from "../../../../stages/model/folder/companion_files.ts";
import { inFolder } from "../../../support/in_folder.ts";

Deno.test("copyCompanionFiles() copies those that are there, and what links lead to", () =>
  inFolder(async (folder) => {
    for (const name of ["from", "to"]) await Deno.mkdir(`${folder}/${name}`);
    await Deno.writeTextFile(`${folder}/blob`, "1");
    await Deno.symlink("../blob", `${folder}/from/vocab.json`);
    await Deno.writeTextFile(`${folder}/from/README.md`, "2");
    await checkCompanionFiles(`${folder}/from`);
    await copyCompanionFiles(`${folder}/from`, `${folder}/to`);
    assert.deepEqual([...Deno.readDirSync(`${folder}/to`)].map(({ name }) => name), [
      "vocab.json",
    ]);
    assert.equal((await Deno.lstat(`${folder}/to/vocab.json`)).isFile, true);
    assert.equal(await Deno.readTextFile(`${folder}/to/vocab.json`), "1");
  }));

Deno.test("companion files that are no regular or no small files are neither passed nor copied", () =>
  inFolder(async (folder) => {
    const path = `${folder}/merges.txt`;
    const makers: [() => unknown, RegExp][] = [
      [() => Deno.mkdir(path), /TypeError: .*merges\.txt is a folder/],
      [() => Deno.symlink(path, path), /merges\.txt cannot be read .*fetch the model/],
      [() => {
        Deno.writeTextFileSync(path, "");
        Deno.truncateSync(path, MAX_COMPANION_BYTES + 1);
      }, /RangeError: .*merges\.txt has 67108865 bytes.*fetch the model/],
    ];
    if (Deno.build.os !== "windows") {
      makers.push([() => Deno.symlink("/dev/zero", path), /TypeError: .* is a device/]);
    }
    for (const [make, message] of makers) {
      await make();
      await assert.rejects(checkCompanionFiles(folder), message);
      await assert.rejects(copyCompanionFiles(folder, folder), message);
      await Deno.remove(path);
    }
  }));
