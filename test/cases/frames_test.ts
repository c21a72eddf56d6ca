import assert from "node:assert/strict";
import type { Frame } from "../../data/geometry/box.ts";
import type { CoordinateFrame } from "../../data/geometry/frame.ts";
import { withAskedAnswer } from "../../data/questions/asked_answer.ts";
import {
  frameOfPrompts,
  PROMPT_SETS,
  type PromptSetName,
  type PromptTask,
} from "../../data/questions/prompt.ts";
import type { Target } from "../../data/questions/question.ts";
import { formatSolution } from "../../stages/parse/format_solution.ts";
import { parseAnswer } from "../../stages/parse/parse_answer.ts";
import { rewardsFor } from "../../stages/reward/profiles.ts";

/** Whole numbers in every frame of an image of 200 x 100 pixels. */
const BOX = { x1: 100, y1: 200, x2: 500, y2: 600 };
const SIZE = { width: 200, height: 100 };

const TRUTHS: readonly (readonly [Target, PromptTask])[] = [
  [
    { kind: "detection", category: "cup", boxes: [BOX] },
    { kind: "detection", category: "cup" },
  ],
  [
    { kind: "detection", category: "cup", boxes: [] },
    { kind: "detection", category: "cup" },
  ],
  [{ kind: "grounding", box: BOX }, { kind: "grounding", instruction: "the cup" }],
  [{ kind: "classification", label: "tiger lily" }, { kind: "classification" }],
  [{ kind: "number", value: 12 }, { kind: "number", text: "How many?" }],
  [{ kind: "text", text: "Exit 4" }, { kind: "text", text: "What is written?" }],
  [
    { kind: "choice", choice: "B", options: ["a cup", "a plate"] },
    { kind: "choice", text: "Which?", options: ["a cup", "a plate"] },
  ],
  [{ kind: "point", box: BOX }, { kind: "point", text: "Point at the cup." }],
];

/** Words of a problem of the user's own, by the frame that they ask for. */
const WORDS: Readonly<Record<Frame | "none", string>> = {
  "none": "Find it.",
  "per mille": "Give bounding boxes or points (between 0 and 1000, integer).",
  "pixels": "Give bounding boxes or points in pixel coordinates.",
  "unit": "Give coordinates between 0 and 1.",
};

function frameNamed(kind: Frame): CoordinateFrame {
  return kind === "pixels" ? { kind, ...SIZE } : { kind };
}

/** What the right answer to a prompt earns, as a run reads and scores it. */
function earned(prompt: string, target: Target, own: Frame, think?: string) {
  const question = withAskedAnswer({ id: "1", images: [], prompt, target });
  const frame = frameNamed(question.frame ?? own);
  const text = formatSolution(target, think, frame, undefined, question.form);
  const { form } = question;
  const rewards = rewardsFor("hardened", target.kind, form && { form });
  const answer = parseAnswer(text, frame);
  const values = Object.entries(rewards).map(([name, reward]) =>
    [name, Number(reward(answer, target).toFixed(9))] as const
  );
  return { text, values, frame: frame.kind };
}

Deno.test("the right answer earns everything, whatever a family's prompt asks for", () => {
  let tried = 0;
  for (const [name, prompts] of Object.entries(PROMPT_SETS)) {
    const own = frameOfPrompts(name as PromptSetName);
    for (const [target, task] of TRUTHS) {
      const { text, values, frame } = earned(prompts(task), target, own, "I look.");
      assert.equal(frame, own, `${name}: ${prompts(task)}`);
      for (const [reward, value] of values) {
        assert.equal(value, 1, `${name} ${target.kind} ${reward}: ${text}`);
        tried++;
      }
    }
  }
  assert.ok(tried > 100, String(tried));
});

Deno.test("the right answer earns everything, whatever frame a problem names", () => {
  for (const [name, prompts] of Object.entries(PROMPT_SETS)) {
    const own = frameOfPrompts(name as PromptSetName);
    for (const [asked, words] of Object.entries(WORDS)) {
      for (const [target] of TRUTHS) {
        const prompt = prompts({ kind: "problem", text: words });
        const { text, values, frame } = earned(prompt, target, own, "I look.");
        const hasPlaces = ["detection", "grounding", "point"].includes(target.kind);
        assert.equal(frame, hasPlaces && asked !== "none" ? asked : own, words);
        for (const [reward, value] of values) {
          assert.equal(value, 1, `${name} ${asked} ${target.kind} ${reward}: ${text}`);
        }
      }
    }
  }
});

Deno.test("the same numbers in another frame than the one asked for do not earn everything", () => {
  const target = { kind: "detection", category: "cup", boxes: [BOX] } as const;
  for (const [asked, words] of Object.entries(WORDS)) {
    if (asked === "none") continue;
    for (const other of ["per mille", "pixels", "unit"] as const) {
      if (other === asked) continue;
      const text = formatSolution(target, "I look.", frameNamed(other));
      const { frame } = earned(words, target, "per mille", "I look.");
      const answer = parseAnswer(text, frameNamed(frame));
      const { iou } = rewardsFor("hardened", "detection");
      assert.ok(iou!(answer, target) < 0.5, `${asked} answered in ${other}`);
    }
  }
});
