import assert from "node:assert/strict";
import { paperTable } from "../../../pipeline/experiment/paper_tables.ts";
import tables from "../../../pipeline/experiment/paper_tables.json" with { type: "json" };

Deno.test("every table of the paper has rows as wide as its columns", () => {
  for (const key of Object.keys(tables)) {
    if (key === "source") continue;
    const { rows, columns, table } = paperTable(key);
    assert.match(table, /^Table \d$/);
    assert.ok(rows.length >= 3);
    for (const { values } of rows) assert.equal(values.length, columns.length, key);
  }
});

Deno.test("paperTable() knows methods with and without shots, and other models", () => {
  const coco = paperTable("few_shot_detection_coco").rows;
  const of = (model: string, method: string, shots?: number) =>
    coco.find((row) =>
      row.model === model && row.method === method && row.shots === shots
    )
      ?.values[0];
  assert.equal(of("Qwen2-VL-2B", "baseline"), 19.6);
  assert.equal(of("Qwen2-VL-2B", "rft", 16), 46.8);
  assert.equal(of("Qwen2-VL-7B", "sft", 4), 44.1);
  const [other] = paperTable("reasoning_grounding_lisa").rows;
  assert.deepEqual(other, { model: "OV-Seg", values: [28.4, 30.5, 26.1] });
  assert.throws(() => paperTable("few_shot"), /have no "few_shot"/);
});
