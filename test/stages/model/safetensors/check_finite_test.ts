import assert from "node:assert/strict";
import fc from "fast-check";
import {
  checkFinite,
  checkSavable,
} from "../../../../stages/model/safetensors/check_finite.ts";

Deno.test("checkFinite() passes finite values, and names the first that is none", () => {
  const values = fc.float32Array({ maxLength: 20 });
  fc.assert(fc.property(values, (values) => {
    const at = values.findIndex((value) => !Number.isFinite(value));
    const check = () => checkFinite(values, "m", "w");
    if (at < 0) check();
    else assert.throws(check, new RegExp(`m: value ${at} of parameter "w" is `));
  }));
  for (const value of [NaN, Infinity, -Infinity]) {
    const rest = Float32Array.of(3e38, -3e38, 1e-45, value).subarray(1);
    assert.throws(
      () => checkFinite(rest, "m", "w"),
      new RegExp(`RangeError: m: value 2 .* is ${value}, .*fetch the weights again`),
    );
  }
});

Deno.test("numbers that are not finite are kept out of files, by the parameter's name", () => {
  checkSavable(new Float32Array([0, -1, 3e38]), "a");
  for (const bad of [NaN, Infinity, -Infinity]) {
    assert.throws(() => checkSavable(new Float32Array([1, bad]), "model.norm.weight"), {
      name: "RangeError",
      message: new RegExp(`"model\\.norm\\.weight" holds ${bad} and is not saved`),
    });
  }
});
