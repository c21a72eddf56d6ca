import assert from "node:assert/strict";
import { checkFinite } from "../../../stages/policy/check_finite.ts";

Deno.test("numbers that are not finite are kept out of files, by the parameter's name", () => {
  checkFinite("a", new Float32Array([0, -1, 3e38]));
  for (const bad of [NaN, Infinity, -Infinity]) {
    assert.throws(() => checkFinite("model.norm.weight", new Float32Array([1, bad])), {
      name: "RangeError",
      message: new RegExp(`"model\\.norm\\.weight" holds ${bad} and is not saved`),
    });
  }
});
