import assert from "node:assert/strict";
import { tableColumns } from "../../../data/formats/table_columns.ts";

const refused = (names: string[], message: string) =>
  assert.throws(() => tableColumns("t.parquet", names), { name: "SyntaxError", message });

Deno.test("columns are found under the paper's names and EasyR1's", () => {
  assert.deepEqual(tableColumns("t", ["id", "image", "problem", "solution"]), {
    ...{ image: "image", problem: "problem", solution: "solution" },
  });
  assert.deepEqual(tableColumns("t", ["images", "problem", "answer"]), {
    ...{ image: "images", problem: "problem", solution: "answer" },
  });
});

Deno.test("a missing column is told with the columns there are, and what it is probably called", () => {
  refused(
    ["image", "problm", "solution"],
    "t.parquet has no column problem: it has image, problm, solution; rename problm to problem",
  );
  refused(
    ["image", "question", "response"],
    "t.parquet has no column problem, solution or answer: it has image, question, response; " +
      "rename question to problem, rename response to solution",
  );
  refused(
    ["x"],
    "t.parquet has no column image or images, problem, solution or answer: it has x; " +
      "image, problem and solution are read",
  );
});

Deno.test("two columns for the same thing are refused", () => {
  refused(
    ["image", "problem", "solution", "answer"],
    "t.parquet has both columns solution and answer: leave out the one that is not the ground truth",
  );
  refused(
    ["image", "images", "problem", "solution"],
    "t.parquet has both columns image and images: leave out the one that is not the image",
  );
});
