import assert from "node:assert/strict";
import { parseProbe } from "../../../pipeline/open/probe.ts";

Deno.test("parseProbe() takes the name off data that has = and : itself", () => {
  assert.deepEqual(parseProbe("known=emoji:detection,absent=0.3"), {
    split: "known",
    spec: "emoji:detection,absent=0.3",
  });
});

Deno.test("parseProbe() refuses data without a name", () => {
  for (const text of ["emoji:detection", "emoji:detection,absent=0.3", "=x", "a=", ""]) {
    assert.throws(() => parseProbe(text), {
      name: "TypeError",
      message: `probe must be NAME=DATA, as in known=emoji:detection: it is ${
        JSON.stringify(text)
      }`,
    });
  }
});
