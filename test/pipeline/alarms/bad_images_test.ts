import assert from "node:assert/strict";
import { badImageAlarms } from "../../../pipeline/alarms/bad_images.ts";

Deno.test("each image that is left out gets one alarm, numbered, at the step that met it", () => {
  const skipped: string[] = ["a.png: damaged"];
  const alarms = badImageAlarms(() => skipped);
  const told = (step: number) => alarms(step).map(({ message }) => message);
  assert.deepEqual(told(0), ["Left out, 1 so far: a.png: damaged"]);
  assert.deepEqual(told(1), []);
  skipped.push("b.png: empty", "c.png: empty");
  assert.deepEqual(alarms(2), [
    {
      type: "alarm",
      name: "bad-image",
      step: 2,
      message: "Left out, 2 so far: b.png: empty",
    },
    {
      type: "alarm",
      name: "bad-image",
      step: 2,
      message: "Left out, 3 so far: c.png: empty",
    },
  ]);
});

Deno.test("a source that leaves no image out raises no alarm", () => {
  assert.deepEqual(badImageAlarms(undefined)(1), []);
});
