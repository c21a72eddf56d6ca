import assert from "node:assert/strict";
import { compilerArguments } from "../../../pipeline/native/compile.ts";

Deno.test("the binding looks for its libraries beside itself", () => {
  const args = compilerArguments(
    { headers: "/w/include", libraries: "/w", output: "/w/tfjs_binding.node" },
    "/tfjs-node",
  );
  assert.ok(args.includes("-Wl,-rpath,$ORIGIN"));
  assert.ok(args.includes("-I/w/include") && args.includes("-L/w"));
  // One source, which includes those of the package.
  const sources = args.filter((arg) => arg.endsWith(".cc"));
  assert.equal(sources.length, 1);
  assert.ok(sources[0]!.endsWith("pipeline/native/binding/functions.cc"));
  assert.ok(args.includes("-I/tfjs-node/binding"));
  assert.equal(args[args.indexOf("-o") + 1], "/w/tfjs_binding.node");
});

Deno.test("the headers of Node's interface are there", async () => {
  const args = compilerArguments({ headers: "", libraries: "", output: "" }, "");
  const found = await Promise.all(
    args.filter((arg) => arg.startsWith("-I/"))
      .map((arg) =>
        Deno.stat(`${arg.slice(2)}/node_api.h`).then(() => true, () => false)
      ),
  );
  assert.deepEqual(found, [true]);
});
