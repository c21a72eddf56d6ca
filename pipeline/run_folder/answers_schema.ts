import * as v from "npm:valibot@1.5.0";
import { about, count, figure, frame, rewards, target, text } from "./fields.ts";

/** A line of answers.jsonl. */
export const answerRowSchema = about(
  v.object({
    id: about(text, "`${step}/${split}/${question}`: unique within a run."),
    step: about(count, "Optimiser steps made before; 0 is the model before training."),
    split: about(text, 'Of the evaluation: "held-out", or the name of a probe.'),
    question: about(text, "The question's id."),
    prompt: about(text, "The question's text."),
    system: v.optional(about(text, "The system message. Default: the template's own.")),
    target: about(target, "The ground truth."),
    text: about(text, "The answer."),
    frame: v.optional(about(
      frame,
      "The frame in which the text states boxes. Default: 0–1000.",
    )),
    tokens: about(count, "How many tokens the text has."),
    rewards: about(rewards, "By name."),
    reward: about(figure, "Their weighted sum."),
  }, "an object"),
  "A line of a run's answers.jsonl: what the policy answered to a held-out question.",
);
