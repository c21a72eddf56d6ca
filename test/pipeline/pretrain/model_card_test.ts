import assert from "node:assert/strict";
import { modelCard } from "../../../pipeline/pretrain/model_card.ts";
import { stages } from "../../../pipeline/pretrain/stages.ts";

Deno.test("a card has a row for each set and a column for each figure that is there", () => {
  const text = modelCard({
    command: "deno task pretrain --seed 1",
    stages: stages(1),
    hardware: "two cores",
    seconds: 1500,
    parameters: 1_384_040,
    rows: [
      { set: "detection", temperature: 0, figures: { questions: 512, map: 0.3456 } },
      { set: "classification", temperature: 1, figures: { questions: 64, accuracy: 1 } },
    ],
  });
  assert.ok(text.includes("| held-out questions | T | questions | map | accuracy |"));
  assert.ok(text.includes("| detection | 0 | 512 | 34.6 |  |"));
  assert.ok(text.includes("| classification | 1 | 64 |  | 100.0 |"));
  assert.ok(text.includes("1.38 million parameters"));
  assert.ok(text.includes("Trained for 25 minutes on two cores"));
});
