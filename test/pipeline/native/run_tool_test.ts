import assert from "node:assert/strict";
import { runTool } from "../../../pipeline/native/run_tool.ts";

const deno = { command: Deno.execPath(), remedy: "install Deno" };

Deno.test("runTool() returns what the program wrote", async () => {
  assert.equal(await runTool(deno, ["eval", "console.log(6 * 7)"]), "42\n");
});

Deno.test("runTool() names a missing program and the remedy", async () => {
  const missing = { command: "no-such-program", remedy: "install it" };
  await assert.rejects(runTool(missing, []), {
    message: "no-such-program is missing: install it",
  });
});

Deno.test("runTool() ends with the last words of a program that fails", async () => {
  const script = "for (let i = 1; i <= 20; i++) console.error(`line ${i}`); Deno.exit(3)";
  await assert.rejects(runTool(deno, ["eval", script]), ({ message }: Error) => {
    assert.match(message, /failed with code 3:\nline 9\n[^]*line 20$/);
    return true;
  });
});

Deno.test("runTool() tells a missing pip from other failures", async () => {
  const script = "console.error('python3: No module named pip'); Deno.exit(1)";
  await assert.rejects(runTool(deno, ["eval", script]), /pip is missing.*install Deno/);
});

Deno.test("runTool() ends the program where it is aborted", async () => {
  const signal = AbortSignal.timeout(200);
  const started = performance.now();
  await assert.rejects(
    runTool(deno, ["eval", "await new Promise((r) => setTimeout(r, 20_000))"], {
      signal,
    }),
    { name: "TimeoutError" },
  );
  assert.ok(performance.now() - started < 10_000);
});
