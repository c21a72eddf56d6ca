import assert from "node:assert/strict";
import type { Target } from "../../../../data/questions/question.ts";
import { parseAnswer } from "../../../../stages/parse/parse_answer.ts";
import { rewardsFor } from "../../../../stages/reward/profiles.ts";
import { fixture, REFERENCE, referenceTest } from "../../../support/fixtures.ts";

/** One row of the table that the authors' functions computed. */
interface Row {
  readonly task: "detection" | "classification" | "lisa";
  readonly tag: string;
  readonly completion: string;
  readonly solution: string;
  readonly iou?: number | "NaN";
  readonly confidence?: number | "NaN";
  readonly accuracy?: number;
  readonly format: number;
}

function rows(path: string): readonly Row[] {
  return Deno.readTextFileSync(fixture(path, REFERENCE)).trim().split("\n")
    .map((line) => JSON.parse(line));
}

/** What a row's solution states; nothing if it states no target that a question could have. */
function statedTarget(row: Row): Target | undefined {
  try {
    return targetOf(row);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function targetOf({ task, solution }: Row): Target {
  const answer = solution.replace(/^<answer>|<\/answer>$/g, "").trim();
  if (task === "classification") return { kind: "classification", label: answer };
  if (task === "lisa") {
    const [x1, y1, x2, y2] = (answer.match(/\d+/g) ?? []).map(Number);
    if (y2 === undefined) throw new SyntaxError(`${solution} states no box`);
    return { kind: "grounding", box: { x1: x1!, y1: y1!, x2: x2!, y2 } };
  }
  const items: { Position: [number, number, number, number] }[] = answer === "No Objects"
    ? []
    : JSON.parse(answer.replaceAll("'", '"'));
  const boxes = items.map(({ Position: [x1, y1, x2, y2] }) => ({ x1, y1, x2, y2 }));
  return { kind: "detection", category: "any", boxes };
}

function expected(row: Row): Record<string, number> {
  const { format } = row;
  if (row.task === "detection") {
    return { iou: Number(row.iou), confidence: Number(row.confidence), format };
  }
  const accuracy = Number(row.accuracy);
  return row.task === "lisa" ? { iou: accuracy, format } : { accuracy, format };
}

function same(value: number, wanted: number): boolean {
  return Object.is(value, wanted) || Math.abs(value - wanted) <= 1e-9;
}

function compare(row: Row, target: Target) {
  const answer = parseAnswer(row.completion);
  const rewards = rewardsFor("official", target.kind);
  const wanted = expected(row);
  assert.deepEqual(Object.keys(rewards), Object.keys(wanted));
  for (const [key, reward] of Object.entries(rewards)) {
    const value = reward(answer, target);
    assert.ok(
      same(value, wanted[key]!),
      `${row.tag}, ${key}: ${value}, not ${wanted[key]}: ${row.completion}`,
    );
  }
}

for (const name of ["golden", "cases"]) {
  const path = `rewards/${name}.jsonl`;
  referenceTest(`official rewards equal every row of ${path}`, [path], async (t) => {
    const table = rows(path);
    assert.ok(table.some((row) => statedTarget(row) !== undefined));
    // One step each: a row that states no target, or a wrong one, hides no other.
    for (const [i, row] of table.entries()) {
      const target = statedTarget(row);
      await t.step({
        name: `row ${i + 1}: ${row.tag}`,
        ignore: target === undefined,
        fn: () => compare(row, target!),
      });
    }
  });
}

Deno.test("the project's own rows all state a target", () => {
  for (const name of ["golden", "cases"]) {
    const text = Deno.readTextFileSync(fixture(`rewards/${name}.jsonl`));
    for (const line of text.trim().split("\n")) targetOf(JSON.parse(line));
  }
});
