import assert from "node:assert/strict";
import type { Target } from "../../../../data/questions/question.ts";
import { parseAnswer } from "../../../../stages/parse/parse_answer.ts";
import { rewardsFor } from "../../../../stages/reward/profiles.ts";
import { fixture } from "../../../support/fixtures.ts";

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

function rows(name: string): readonly Row[] {
  return Deno.readTextFileSync(fixture(`rewards/${name}.jsonl`)).trim().split("\n")
    .map((line) => JSON.parse(line));
}

function targetOf({ task, solution }: Row): Target {
  const answer = solution.replace(/^<answer>|<\/answer>$/g, "").trim();
  if (task === "classification") return { kind: "classification", label: answer };
  if (task === "lisa") {
    const [x1, y1, x2, y2] = answer.match(/\d+/g)!.map(Number) as [
      number,
      number,
      number,
      number,
    ];
    return { kind: "grounding", box: { x1, y1, x2, y2 } };
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

for (const name of ["golden", "cases"]) {
  Deno.test(`official rewards equal every row of ${name}.jsonl`, () => {
    const table = rows(name);
    assert.ok(table.length > 0);
    for (const row of table) {
      const target = targetOf(row);
      const answer = parseAnswer(row.completion);
      const rewards = rewardsFor("official", target.kind);
      const wanted = expected(row);
      assert.deepEqual(Object.keys(rewards), Object.keys(wanted));
      for (const [key, reward] of Object.entries(rewards)) {
        const value = reward(answer, target);
        const close = Number.isNaN(wanted[key])
          ? Number.isNaN(value)
          : Math.abs(value - wanted[key]!) <= 1e-9;
        assert.ok(
          close,
          `${row.tag}, ${key}: ${value}, not ${wanted[key]}: ${row.completion}`,
        );
      }
    }
  });
}
