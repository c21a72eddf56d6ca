import assert from "node:assert/strict";
import { join } from "node:path";
import { readConfig } from "../../../pipeline/cli/read_config.ts";

Deno.test("readConfig() reads an object and says what is wrong with anything else", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "a.json");
  const holding = async (text: string) => {
    await Deno.writeTextFile(path, text);
    return await readConfig(path);
  };
  assert.deepEqual(await holding('{"steps": 3}'), { steps: 3 });
  await assert.rejects(holding("{"), {
    name: "SyntaxError",
    message: /a.json is not JSON: /,
  });
  await assert.rejects(holding("[1]"), {
    name: "SyntaxError",
    message: /a.json must hold an object, as in { "steps": 60 }/,
  });
  await Deno.remove(path);
  await assert.rejects(readConfig(path), /a.json: there is no such file; give the path/);
  await assert.rejects(readConfig(folder), /: it cannot be read; give the path/);
  await Deno.remove(folder, { recursive: true });
});
