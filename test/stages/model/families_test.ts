import assert from "node:assert/strict";
import { FAMILIES, familyOf } from "../../../stages/model/families.ts";

Deno.test("familyOf() goes by model_type, and takes Qwen2-VL where there is none", () => {
  assert.equal(familyOf({ model_type: "qwen2_vl" }, "c.json"), FAMILIES.qwen2_vl);
  assert.equal(familyOf({ model_type: "qwen2_5_vl" }, "c.json"), FAMILIES.qwen2_5_vl);
  for (const json of [{}, null, 3]) assert.equal(familyOf(json, "c"), FAMILIES.qwen2_vl);
});

Deno.test("familyOf() says which families there are", () => {
  for (const model_type of ["qwen3_vl", "constructor", 7]) {
    assert.throws(
      () => familyOf({ model_type }, "m/config.json"),
      (error: Error) => {
        assert.ok(error instanceof SyntaxError);
        assert.ok(
          error.message.startsWith(
            `m/config.json: model_type is ${JSON.stringify(model_type)};`,
          ),
        );
        assert.match(error.message, /qwen2_vl and qwen2_5_vl/);
        return true;
      },
    );
  }
});
