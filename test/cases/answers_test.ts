import assert from "node:assert/strict";
import type { Target } from "../../data/questions/question.ts";
import { parseAnswer } from "../../stages/parse/parse_answer.ts";
import { PROFILES, rewardsFor } from "../../stages/reward/profiles.ts";

const box = { x1: 100, y1: 100, x2: 500, y2: 600 };
const TARGETS: Readonly<Record<string, Target>> = {
  found: { kind: "detection", category: "cup", boxes: [box] },
  absent: { kind: "detection", category: "cup", boxes: [] },
  region: { kind: "grounding", box },
  label: { kind: "classification", label: "red" },
};

/** Name, answer, target, boxes read, and the rewards by profile in the order of their names. */
type Case = readonly [
  string,
  string,
  string,
  number,
  Readonly<Record<string, readonly number[]>>,
];

const CASES: readonly Case[] = [
  [
    "paper form",
    "<think>I look.</think>\n<answer>[{'Position': [100, 100, 500, 600], 'Confidence': 0.9}]</answer>",
    "found",
    1,
    { "paper": [1, 0.9, 1], "official": [1, 0.9, 1], "hardened": [1, 0.9967, 1] },
  ],
  [
    "bbox_2d list",
    '<think>I look.</think>\n<answer>[{"bbox_2d": [100, 100, 500, 600], "label": "cup"}]</answer>',
    "found",
    1,
    { "paper": [1, 0, 1], "official": [0, 0, 1], "hardened": [1, 0.6667, 1] },
  ],
  [
    "bbox_2d fence",
    '<think>I look.</think>\n<answer>```json\n[\n\t{"bbox_2d": [100, 100, 500, 600], "label": "cup"}\n]\n```</answer>',
    "found",
    1,
    { "paper": [1, 0, 1], "official": [0, 0, 1], "hardened": [1, 0.6667, 1] },
  ],
  [
    "bbox_2d fence, confidence",
    '<think>I look.</think>\n<answer>```json\n[{"bbox_2d": [100, 100, 500, 600], "label": "cup", "confidence": 0.9}]\n```</answer>',
    "found",
    1,
    { "paper": [1, 0.9, 1], "official": [0, 0, 1], "hardened": [1, 0.9967, 1] },
  ],
  [
    "position lower",
    "<think>I look.</think>\n<answer>[{'position': [100, 100, 500, 600], 'confidence': 0.9}]</answer>",
    "found",
    1,
    { "paper": [1, 0.9, 1], "official": [0, 0, 1], "hardened": [1, 0.9967, 1] },
  ],
  [
    "Position fence",
    '<think>I look.</think>\n<answer>```json\n[{"Position": [100, 100, 500, 600], "Confidence": 0.9}]\n```</answer>',
    "found",
    1,
    { "paper": [1, 0.9, 1], "official": [0, 0, 1], "hardened": [1, 0.9967, 1] },
  ],
  [
    "Position tuple",
    "<think>I look.</think>\n<answer>[{'Position': (100, 100, 500, 600), 'Confidence': 0.9}]</answer>",
    "found",
    1,
    { "paper": [1, 0.9, 1], "official": [0, 0, 1], "hardened": [1, 0.9967, 1] },
  ],
  [
    "Position quoted no.",
    "<think>I look.</think>\n<answer>[{'Position': ['100','100','500','600'], 'Confidence': '0.9'}]</answer>",
    "found",
    1,
    { "paper": [1, 0.9, 1], "official": [0, 0, 1], "hardened": [1, 0.9967, 1] },
  ],
  [
    "Position percent",
    "<think>I look.</think>\n<answer>[{'Position': [100, 100, 500, 600], 'Confidence': '90%'}]</answer>",
    "found",
    1,
    { "paper": [1, 0.9, 1], "official": [0, 0, 1], "hardened": [1, 0.9967, 1] },
  ],
  [
    "box tokens",
    "<think>I look.</think>\n<answer><|object_ref_start|>cup<|object_ref_end|><|box_start|>(100,100),(500,600)<|box_end|></answer>",
    "found",
    1,
    { "paper": [1, 0, 1], "official": [0, 0, 1], "hardened": [1, 0.6667, 1] },
  ],
  [
    "bare list",
    "<think>I look.</think>\n<answer>[100, 100, 500, 600]</answer>",
    "found",
    1,
    { "paper": [1, 0, 1], "official": [0, 0, 1], "hardened": [1, 0.6667, 1] },
  ],
  [
    "nested list",
    "<think>I look.</think>\n<answer>[[100, 100, 500, 600]]</answer>",
    "found",
    1,
    { "paper": [1, 0, 1], "official": [0, 0, 1], "hardened": [1, 0.6667, 1] },
  ],
  [
    "escaped quote label",
    '<think>I look.</think>\n<answer>[{"Label": "dog\'s \\"big\\" cup", "Position": [100, 100, 500, 600], "Confidence": 0.9}]</answer>',
    "found",
    1,
    { "paper": [0, 0, 1], "official": [0, 0, 1], "hardened": [0, 0, 1] },
  ],
  [
    "apostrophe in single quotes",
    "<think>I look.</think>\n<answer>[{'Label': 'dog\\'s cup', 'Position': [100, 100, 500, 600], 'Confidence': 0.9}]</answer>",
    "found",
    1,
    { "paper": [0, 0, 1], "official": [1, 0.9, 1], "hardened": [0, 0, 1] },
  ],
  [
    "nested object",
    '<think>I look.</think>\n<answer>{"objects": [{"Position": [100, 100, 500, 600], "Confidence": 0.9}]}</answer>',
    "found",
    1,
    { "paper": [1, 0.9, 1], "official": [0, 0, 1], "hardened": [1, 0.9967, 1] },
  ],
  [
    "no fence prose",
    "<think>I look.</think>\n<answer>The cup is at {'Position': [100, 100, 500, 600], 'Confidence': 0.9}.</answer>",
    "found",
    1,
    { "paper": [1, 0.9, 1], "official": [0, 0, 1], "hardened": [1, 0.9967, 1] },
  ],
  [
    "other label",
    '<think>I look.</think>\n<answer>[{"Position": [100, 100, 500, 600], "Confidence": 0.9, "Label": "dog"}]</answer>',
    "found",
    1,
    { "paper": [0, 0, 1], "official": [1, 0.9, 1], "hardened": [0, 0, 1] },
  ],
  [
    "nothing: No Objects",
    "<think>I look.</think>\n<answer>No Objects</answer>",
    "absent",
    0,
    { "paper": [0, 0, 1], "official": [0, 0, 1], "hardened": [1, 1, 1] },
  ],
  ["nothing: []", "<think>I look.</think>\n<answer>[]</answer>", "absent", 0, {
    "paper": [0, 0, 1],
    "official": [0, 0, 1],
    "hardened": [1, 1, 1],
  }],
  [
    "nothing: fence []",
    "<think>I look.</think>\n<answer>```json\n[]\n```</answer>",
    "absent",
    0,
    { "paper": [0, 0, 1], "official": [0, 0, 1], "hardened": [1, 1, 1] },
  ],
  ["nothing: None", "<think>I look.</think>\n<answer>None</answer>", "absent", 0, {
    "paper": [0, 0, 1],
    "official": [0, 0, 1],
    "hardened": [1, 1, 1],
  }],
  [
    "nothing: No object",
    "<think>I look.</think>\n<answer>No object</answer>",
    "absent",
    0,
    { "paper": [0, 0, 1], "official": [0, 0, 1], "hardened": [1, 1, 1] },
  ],
  [
    "nothing: No Objects found.",
    "<think>I look.</think>\n<answer>No objects found.</answer>",
    "absent",
    0,
    { "paper": [0, 0, 1], "official": [0, 0, 1], "hardened": [1, 1, 1] },
  ],
  [
    "nothing: {'No Objects'}",
    "<think>I look.</think>\n<answer>['No Objects']</answer>",
    "absent",
    0,
    { "paper": [0, 0, 1], "official": [0, 0, 1], "hardened": [1, 1, 1] },
  ],
  [
    "region points",
    "<think>I look.</think>\n<answer>(100,100),(500,600)</answer>",
    "region",
    1,
    { "paper": [1, 1], "official": [2, 1], "hardened": [1, 1] },
  ],
  [
    "region bare list",
    "<think>I look.</think>\n<answer>[100, 100, 500, 600]</answer>",
    "region",
    1,
    { "paper": [1, 1], "official": [0, 1], "hardened": [1, 1] },
  ],
  [
    "region bbox_2d",
    '<think>I look.</think>\n<answer>{"bbox_2d": [100, 100, 500, 600], "label": "x"}</answer>',
    "region",
    1,
    { "paper": [1, 1], "official": [0, 1], "hardened": [1, 1] },
  ],
  [
    "region bbox_2d fence",
    '<think>I look.</think>\n<answer>```json\n{"bbox_2d": [100, 100, 500, 600]}\n```</answer>',
    "region",
    1,
    { "paper": [1, 1], "official": [0, 1], "hardened": [1, 1] },
  ],
  [
    "region fence list",
    '<think>I look.</think>\n<answer>```json\n[{"bbox_2d": [100, 100, 500, 600], "label": "x"}]\n```</answer>',
    "region",
    1,
    { "paper": [1, 1], "official": [0, 1], "hardened": [1, 1] },
  ],
  [
    "region JSON in prose",
    '<think>I look.</think>\n<answer>{"answer": [100, 100, 500, 600]}</answer>',
    "region",
    1,
    { "paper": [1, 1], "official": [0, 1], "hardened": [1, 1] },
  ],
  [
    "region semicolon",
    "<think>I look.</think>\n<answer>(100, 100) (500, 600)</answer>",
    "region",
    1,
    { "paper": [1, 1], "official": [0, 1], "hardened": [1, 1] },
  ],
  [
    "region parentheses 4",
    "<think>I look.</think>\n<answer>(100,100,500,600)</answer>",
    "region",
    1,
    { "paper": [1, 1], "official": [0, 1], "hardened": [1, 1] },
  ],
  ["label", "<think>I look.</think>\n<answer>red</answer>", "label", 0, {
    "paper": [1, 1],
    "official": [1, 1],
    "hardened": [1, 1],
  }],
  ["label fence", "<think>I look.</think>\n<answer>```\nred\n```</answer>", "label", 0, {
    "paper": [0, 1],
    "official": [1, 1],
    "hardened": [1, 1],
  }],
  ["label quotes", '<think>I look.</think>\n<answer>"red"</answer>', "label", 0, {
    "paper": [0, 1],
    "official": [1, 1],
    "hardened": [1, 1],
  }],
  ["label full stop", "<think>I look.</think>\n<answer>red.</answer>", "label", 0, {
    "paper": [0, 1],
    "official": [1, 1],
    "hardened": [1, 1],
  }],
  [
    "label JSON",
    '<think>I look.</think>\n<answer>{"label": "red"}</answer>',
    "label",
    0,
    { "paper": [0, 1], "official": [1, 1], "hardened": [1, 1] },
  ],
  ["label boxed", "<think>I look.</think>\n<answer>\\boxed{red}</answer>", "label", 0, {
    "paper": [0, 1],
    "official": [1, 1],
    "hardened": [1, 1],
  }],
  ["label bold", "<think>I look.</think>\n<answer>**red**</answer>", "label", 0, {
    "paper": [0, 1],
    "official": [1, 1],
    "hardened": [1, 1],
  }],
  ["thinking tag", "<thinking>I look.</thinking><answer>red</answer>", "label", 0, {
    "paper": [1, 0],
    "official": [1, 0],
    "hardened": [1, 0],
  }],
  ["open think given by template", "I look.</think><answer>red</answer>", "label", 0, {
    "paper": [1, 0],
    "official": [1, 0],
    "hardened": [1, 0],
  }],
  ["no answer tags (Qwen3 style)", "<think>I look.</think>red", "label", 0, {
    "paper": [1, 0],
    "official": [1, 0],
    "hardened": [1, 0],
  }],
  ["upper case tags", "<THINK>I look.</THINK><ANSWER>red</ANSWER>", "label", 0, {
    "paper": [1, 0],
    "official": [1, 0],
    "hardened": [1, 0],
  }],
  ["text before", "Sure! <think>I look.</think><answer>red</answer>", "label", 0, {
    "paper": [1, 0],
    "official": [1, 0],
    "hardened": [1, 0],
  }],
  ["im_end left", "<think>I look.</think><answer>red</answer><|im_end|>", "label", 0, {
    "paper": [1, 0],
    "official": [1, 0],
    "hardened": [1, 0],
  }],
  [
    "cut off",
    "<think>I look.</think><answer>[{'Position': [100, 100, 500, 600], 'Confidence': 0.9}, {'Position': [1, 2",
    "found",
    1,
    { "paper": [1, 0.9, 0], "official": [0, 0, 0], "hardened": [1, 0.9967, 0] },
  ],
  [
    "cut off fence",
    '<think>I look.</think><answer>```json\n[{"bbox_2d": [100, 100, 500, 600], "label": "cup"}, {"bbox_2d": [1, 2',
    "found",
    1,
    { "paper": [1, 0, 0], "official": [0, 0, 0], "hardened": [1, 0.6667, 0] },
  ],
  [
    "two answers",
    "<think>a</think><answer>blue</answer><answer>red</answer>",
    "label",
    0,
    { "paper": [0, 0], "official": [0, 1], "hardened": [0, 0] },
  ],
];

Deno.test("answers in the dialects that models write are read and paid as they should be", () => {
  for (const [name, text, on, boxes, wanted] of CASES) {
    const target = TARGETS[on]!, answer = parseAnswer(text);
    assert.equal(answer.detections.length, boxes, name);
    assert.equal(answer.noObjects, on === "absent", name);
    for (const profile of PROFILES) {
      const earned = Object.values(rewardsFor(profile, target.kind)).map((reward) =>
        Number(reward(answer, target).toFixed(4))
      );
      assert.deepEqual(earned, wanted[profile], `${name}, ${profile}`);
    }
  }
});
