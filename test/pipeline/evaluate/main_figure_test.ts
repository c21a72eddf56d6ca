import assert from "node:assert/strict";
import { mainFigure } from "../../../pipeline/evaluate/main_figure.ts";

Deno.test("mainFigure() means the main figures of the kinds that were asked", () => {
  assert.equal(
    mainFigure({ reward: 2, number_accuracy: 0.5, number_mean_error: 9 }),
    0.5,
  );
  assert.equal(
    mainFigure({ choice_accuracy: 1, text_similarity: 0.5, text_exact: 0 }),
    0.75,
  );
  assert.equal(mainFigure({ point_accuracy: 0.25, reward: 2 }), 0.25);
  assert.equal(mainFigure({ reward: 2, "clock/near": 0.1 }), 2);
  assert.equal(mainFigure({}), undefined);
});
