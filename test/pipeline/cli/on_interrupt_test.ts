import assert from "node:assert/strict";
import { onInterrupt } from "../../../pipeline/cli/on_interrupt.ts";

const wait = (milliseconds: number) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

// SIGINT ends the tests themselves.
for (const name of ["SIGTERM", "SIGHUP"] as const) {
  Deno.test({
    name: `${name} that comes twice at once stops in order, and does not quit`,
    ignore: Deno.build.os === "windows",
    async fn() {
      const { error } = console;
      const said: string[] = [];
      console.error = (text: string) => said.push(text);
      const { signal, end } = onInterrupt("Stopping");
      try {
        Deno.kill(Deno.pid, name);
        for (let i = 0; i < 500 && !signal.aborted; i++) await wait(10);
        assert.ok(signal.aborted);
        Deno.kill(Deno.pid, name); // quits the tests, were it taken for a second one
        await wait(100);
      } finally {
        end();
        console.error = error;
      }
      assert.deepEqual(said, ["\nStopping"]);
    },
  });
}
