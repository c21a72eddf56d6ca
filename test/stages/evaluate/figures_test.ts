import assert from "node:assert/strict";
import type { Target } from "../../../data/questions/question.ts";
import { categoryFigures, figuresOf } from "../../../stages/evaluate/figures.ts";
import type { Detection, Scored } from "../../../stages/records.ts";

let count = 0;

function answer(target: Target, content: string, detections: Detection[] = []): Scored {
  const id = `q${count++}`;
  const text = `<think></think><answer>${content}</answer>`;
  return {
    id,
    step: 0,
    question: { id, images: [], prompt: "", target },
    index: 0,
    text,
    tokenIds: [1, 2, 3, 4],
    logProbs: [],
    finish: "stop",
    policyVersion: 0,
    answer: {
      text,
      think: "",
      content,
      wellFormed: true,
      answerAlone: false,
      detections,
      noObjects: content === "No Objects",
    },
    rewards: {},
    reward: 1,
  };
}

const box = { x1: 0, y1: 0, x2: 100, y2: 100 };
const half = { ...box, x2: 50 };
const cat = (boxes = [box]): Target => ({ kind: "detection", category: "cat", boxes });
const shows = (label: string): Target => ({ kind: "classification", label });

Deno.test("figuresOf() counts labels that are right", () => {
  const figures = figuresOf([answer(shows("cat"), "cat"), answer(shows("cat"), "dog")]);
  assert.deepEqual(figures, {
    questions: 2,
    reward: 1,
    format_rate: 1,
    mean_length: 4,
    accuracy: 0.5,
  });
});

Deno.test("figuresOf() weighs boxes, and answers about what is absent", () => {
  const figures = figuresOf([
    answer(cat(), "[…]", [{ box, confidence: 0.9 }]),
    answer(cat([box, { ...box, x1: 200, x2: 300 }]), "[…]", [{
      box: half,
      confidence: 0.8,
    }]),
    answer(cat([]), "No Objects"),
    answer(cat([]), "[…]", [{ box, confidence: 0.1 }]),
  ]);
  assert.equal(figures.mean_iou, 0.5); // (1 + .5 + 0) / 3
  assert.equal(figures.absent_right, 0.5);
  // At IoU .50 two of three are found before the miss: recalls 0 to .66 of 101.
  assert.equal(figures.ap50, 67 / 101);
  // Above .50 only the first is found: recalls 0 to .33, at precision 1.
  assert.ok(Math.abs(figures.map! - (67 + 9 * 34) / 1010) < 1e-12, `${figures.map}`);
});

Deno.test("figuresOf() takes a confidence that is no number for none", () => {
  const wild = figuresOf([answer(cat(), "[…]", [
    { box: half, confidence: NaN },
    { box, confidence: 0.5 },
  ])]);
  assert.equal(wild.map, 1);
});

Deno.test("figuresOf() judges the first region of a grounding answer", () => {
  const region: Target = { kind: "grounding", box };
  const figures = figuresOf([
    answer(region, "[…]", [{ box }, { box: half }]),
    answer(region, "[…]", [{ box: half }]),
    answer(region, ""),
  ]);
  assert.equal(figures.grounding_mean_iou, 0.5);
  assert.equal(figures.grounding_acc50, 1 / 3);
});

Deno.test("figuresOf() fills the box answered where a question has a mask", () => {
  const region: Target = { kind: "grounding", box: { x1: 0, y1: 0, x2: 500, y2: 1000 } };
  // 4 x 6 pixels; true are the three columns on the left, less the lower half of one.
  const mask = { size: [4, 6], counts: [0, 10, 14] } as const;
  const masked = (content: string, detections: Detection[] = []) => {
    const { question, ...rest } = answer(region, content, detections);
    return { ...rest, question: { ...question, mask } };
  };
  const whole = { x1: 0, y1: 0, x2: 1000, y2: 1000 };
  const figures = figuresOf([
    masked("[…]", [{ box: whole }, { box: region.box }]), // 10 of 24
    masked("[…]", [{ box: { x1: 0, y1: 0, x2: 334, y2: 1000 } }]), // 10 of 12: to column 2
    masked("no box"),
    answer(region, "[…]", [{ box: region.box }]), // no mask: counts for boxes alone
  ]);
  const close = (a: number | undefined, b: number) =>
    assert.ok(Math.abs(a! - b) < 1e-6, `${a}, not ${b}`);
  close(figures.grounding_giou, (10 / 24 + 10 / 12) / 3);
  close(figures.grounding_ciou, 20 / (24 + 12 + 10));
  close(figures.grounding_acc50, 2 / 4);
  const boxes = figuresOf([answer(region, "[…]", [{ box: whole }])]);
  assert.ok(!("grounding_giou" in boxes) && !("grounding_ciou" in boxes));
});

Deno.test("figuresOf() leaves out what there is no data for", () => {
  assert.deepEqual(figuresOf([]), { questions: 0 });
  assert.ok(!("map" in figuresOf([answer(cat([]), "No Objects")])));
});

Deno.test("mAP with equal confidences knows no ranking", () => {
  const ranked = (hit: number, miss: number) =>
    figuresOf([
      answer(cat([{ ...box, x1: 50, x2: 60 }]), "[…]", [{ box, confidence: miss }]),
      answer(cat(), "[…]", [{ box, confidence: hit }]),
    ]);
  const well = ranked(0.9, 0.1), badly = ranked(0.1, 0.9);
  assert.ok(Math.abs(well.map! - 51 / 101) < 1e-12);
  assert.ok(badly.map! < well.map!);
  assert.equal(badly.map_equal_confidence, well.map_equal_confidence);
});

Deno.test("categoryFigures() tells categories and labels apart", () => {
  const dog: Target = { kind: "detection", category: "dog", boxes: [box] };
  assert.deepEqual(
    categoryFigures([
      answer(cat(), "[…]", [{ box, confidence: 1 }]),
      answer(dog, "No Objects"),
    ]),
    { cat: 1, dog: 0 },
  );
  assert.deepEqual(
    categoryFigures([
      answer(shows("owl"), "owl"),
      answer(shows("owl"), "cat"),
      answer(shows("cat"), "cat"),
    ]),
    { owl: 0.5, cat: 1 },
  );
});

Deno.test("figuresOf() counts the form that was asked for", () => {
  const thought = answer(shows("cat"), "cat");
  const forms = { wellFormed: false, answerAlone: true };
  const alone = { ...thought, answer: { ...thought.answer, ...forms } };
  const rates = [undefined, true, false].map((thinking) =>
    figuresOf([thought, thought, alone, alone, alone], undefined, thinking).format_rate
  );
  assert.deepEqual(rates, [0.4, 0.4, 0.6]);
});
