import assert from "node:assert/strict";
import { figuresTable } from "../../../pipeline/cli/figures_table.ts";

Deno.test("figuresTable() lines figures up, and shows what one side lacks", () => {
  const table = figuresTable("held-out", {
    before: { questions: 200, accuracy: 0.16, map: 0 },
    after: { questions: 200, accuracy: 1, ap50: 0.5 },
  });
  assert.equal(
    table,
    [
      "held-out      before    after",
      "questions        200      200",
      "accuracy       0.160    1.000",
      "map            0.000        –",
      "ap50               –    0.500",
    ].join("\n"),
  );
});
