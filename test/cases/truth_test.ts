import assert from "node:assert/strict";
import fc from "fast-check";
import type { Target } from "../../data/questions/question.ts";
import { parseSolution } from "../../stages/parse/parse_solution.ts";
import { questionsOf } from "../support/cases.ts";

const asks = "Detect all objects belonging to the category 'cup' in the image.";

Deno.test("solutions whose boxes count pixels or shares are converted if the option says so", async () => {
  const near = (target: Target, wanted: readonly number[]) => {
    assert.equal(target.kind, "detection");
    const { boxes: [box] } = target as Extract<Target, { kind: "detection" }>;
    const found = [box!.x1, box!.y1, box!.x2, box!.y2];
    for (const [i, x] of found.entries()) assert.ok(Math.abs(x - wanted[i]!) < 1e-6);
  };
  const pixels = await questionsOf("06_solution_pixels/train.jsonl", ",frame=pixels");
  near(pixels[0]!.target, [62.5, 125, 437.5, 625]);
});

Deno.test("a truth of a named kind is read as that kind or refused", () => {
  const read = (text: string, kind: Parameters<typeof parseSolution>[2]) =>
    parseSolution(asks, `<answer>${text}</answer>`, kind).target;
  assert.deepEqual(read("3 cups", "number"), { kind: "number", value: 3 });
  assert.deepEqual(read("(B)", "choice"), { kind: "choice", choice: "B" });
  assert.deepEqual(read('{"a": 1}', "text"), { kind: "text", text: '{"a": 1}' });
  assert.deepEqual(read("[1, 2]", "label"), { kind: "classification", label: "[1, 2]" });
  const box = { x1: 1, y1: 2, x2: 30, y2: 40 };
  assert.deepEqual(read("[1, 2, 30, 40]", "box"), { kind: "grounding", box });
  assert.deepEqual(read("[1, 2, 30, 40]", "point"), { kind: "point", box });
  assert.deepEqual(parseSolution("The cup?", "[1, 2, 30, 40]", "boxes").target, {
    ...{ kind: "detection", category: "object", boxes: [box] },
  });
  for (const [text, kind] of [["many", "number"], ["perhaps", "choice"]] as const) {
    assert.throws(() => read(text, kind), /as truth=(number|choice) says it is/);
  }
  for (const kind of ["boxes", "box", "point"] as const) {
    assert.throws(() => read("a cup", kind), { name: "SyntaxError" });
  }
});

Deno.test("what has a piece of boxes, JSON or tags is never a label", () => {
  const piece = fc.constantFrom(
    ...["{'Position': [1, 2, 3, 4]}", '{"bbox_2d": [1, 2, 3, 4]}', '{"label": "red"}'],
    ...["[20, 30, 140, 150]", "(1,2),(3,4)", "<|box_start|>", "</answer>", "```json"],
    ...["[1, 2, 3", "{", "}", "1, 2, 3, 4", "Position: 3", "\n", "<b>"],
  );
  const words = fc.constantFrom("", "the cup", "The cup is at", "red", "here.");
  fc.assert(
    fc.property(words, piece, words, fc.constantFrom(asks, "What is it?"), (
      before,
      inner,
      after,
      problem,
    ) => {
      const text = `${before} ${inner} ${after}`;
      if (text.trim() === before || text.trim() === after) return; // A line break around words.
      if (inner === "\n" && (before === "" || after === "")) return;
      if (inner === "</answer>") return assertNoTags(problem, text);
      assert.notEqual(kindOf(problem, text), "classification", text);
    }),
    { numRuns: 1000 },
  );
});

/** A stray tag may be cut off, and is never a part of a label. */
function assertNoTags(problem: string, text: string): void {
  try {
    const { target } = parseSolution(problem, text);
    if (target.kind === "classification") assert.doesNotMatch(target.label, /[<>]/);
  } catch (error) {
    assert.ok(error instanceof SyntaxError);
  }
}

function kindOf(problem: string, text: string): Target["kind"] | "refused" {
  try {
    return parseSolution(problem, text).target.kind;
  } catch (error) {
    assert.ok(error instanceof SyntaxError, String(error));
    return "refused";
  }
}

Deno.test("10,000 damaged solutions with boxes are boxes or errors, never a label", () => {
  const whole = [
    "<answer>[{'Position': [20, 30, 140, 150], 'Confidence': 1}]</answer>",
    '<answer>```json\n[{"bbox_2d": [20, 30, 140, 150], "label": "cup"}]\n```</answer>',
    "[[20, 30, 140, 150], [30, 40, 150, 160]]",
    "<think>left</think><answer>(20,30),(140,150)</answer>",
  ];
  const counts = { mutants: 0, labels: 0, read: 0, refused: 0 };
  const labels: string[] = [];
  fc.assert(
    fc.property(
      fc.constantFrom(...whole),
      fc.nat(200),
      fc.constantFrom("", "{", "}", "[", "]", ",", "'", '"', "x", "9", "-", " ", "\n"),
      fc.nat(1),
      (text, place, put, cut) => {
        const at = place % text.length;
        const damaged = text.slice(0, at) + put + text.slice(at + cut);
        counts.mutants++;
        const kind = kindOf(asks, damaged);
        if (kind === "classification") labels.push(damaged);
        counts[kind === "refused" ? "refused" : "read"]++;
      },
    ),
    { numRuns: 10_000 },
  );
  assert.deepEqual(labels, []);
  assert.equal(counts.mutants, 10_000);
  assert.ok(counts.read > 1000 && counts.refused > 1000, JSON.stringify(counts));
});
