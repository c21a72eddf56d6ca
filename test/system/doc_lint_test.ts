import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** RxJS's types: re-exported, they would have Deno check RxJS's own documentation. */
const OF_RXJS =
  /references private type '(Observable|OperatorFunction|MonoTypeOperatorFunction)'/;

Deno.test("deno doc --lint finds nothing undocumented or private in the entry points", async () => {
  const { exports } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", ...Object.values<string>(exports)],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const errors = new TextDecoder().decode(stderr)
    .split(/^(?=error\[)/m)
    .filter((part) => part.startsWith("error["))
    .map((part) => part.split("\n").slice(0, 2).join(" "));
  assert.ok(errors.some((error) => OF_RXJS.test(error)), "it was run");
  assert.deepEqual(errors.filter((error) => !OF_RXJS.test(error)), []);
});
