import assert from "node:assert/strict";
import { join } from "node:path";
import {
  namesByLine,
  readClassNames,
} from "../../../../data/formats/labels/class_names.ts";
import { inFolder } from "../../../support/in_folder.ts";
import { putFiles } from "../../../support/put_files.ts";

Deno.test("an empty line between names is refused, at the end it is none", () => {
  assert.deepEqual(namesByLine(" cup\r\nbowl \r\n\r\n", "classes.txt"), ["cup", "bowl"]);
  assert.deepEqual(namesByLine("", "classes.txt"), []);
  assert.throws(() => namesByLine("cup\n \nbowl", "classes.txt"), {
    name: "SyntaxError",
    message: /^classes\.txt, line 2: it is empty/,
  });
});

Deno.test("names are a list or a map in JSON, or lines, without a byte order mark", () =>
  inFolder(async (folder) => {
    const read = async (name: string, content: string) => {
      await putFiles(folder, { [name]: content });
      return await readClassNames(join(folder, name));
    };
    assert.deepEqual(await read("a.txt", "\uFEFFcup\nbowl\n"), ["cup", "bowl"]);
    assert.deepEqual(await read("a.json", '["cup", "bowl"]'), ["cup", "bowl"]);
    assert.deepEqual(await read("b.json", '{"0": "cup"}'), new Map([["0", "cup"]]));
    for (const wrong of ['["cup", ""]', '[["cup"]]', "3", "null", '{"0": 1}']) {
      await assert.rejects(read("c.json", wrong), /must hold a name a line, or JSON/);
    }
    await Deno.writeFile(join(folder, "d.txt"), new Uint8Array([0x63, 0xff, 0x0a]));
    await assert.rejects(readClassNames(join(folder, "d.txt")), /d\.txt is not UTF-8/);
    await assert.rejects(readClassNames(join(folder, "e.txt")), /e\.txt cannot be read/);
  }));
