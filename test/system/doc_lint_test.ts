import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Lints the documentation of some modules; RxJS's types are RxJS's to document: --no-npm. */
async function lint(modules: readonly string[]) {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", "--no-npm", ...modules],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const errors = new TextDecoder().decode(stderr)
    .split(/^(?=error\[)/m)
    .filter((part) => part.startsWith("error["))
    .map((part) => part.split("\n").slice(0, 2).join(" "));
  return { success, errors };
}

Deno.test("deno doc --lint finds nothing undocumented or private in the entry points", async () => {
  const { exports } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  const entries = Object.values<string>(exports);
  assert.equal(entries.length, 5);
  assert.deepEqual(await lint(entries), { success: true, errors: [] });
});

Deno.test("deno doc --lint finds what is undocumented, and private types", async () => {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(
      file,
      "interface Hidden { a: 1 }\nexport function shown(): Hidden {\n  return { a: 1 };\n}\n",
    );
    const { success, errors } = await lint([file]);
    assert.equal(success, false);
    assert.match(errors.join("\n"), /missing-jsdoc/);
    assert.match(errors.join("\n"), /private-type-ref/);
  } finally {
    await Deno.remove(file);
  }
});
