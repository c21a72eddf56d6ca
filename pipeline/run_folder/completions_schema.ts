import * as v from "npm:valibot@1.5.0";
import { about, count, figure, frame, number, rewards, target, text } from "./fields.ts";

/** A line of completions.jsonl. */
export const completionRowSchema = about(
  v.object({
    id: about(text, "`${step}/${question}/${index}`: unique within a run."),
    step: about(count, "The step that it was sampled in; 1 is the first."),
    question: about(text, "The question's id."),
    prompt: about(text, "The question's text."),
    target: about(target, "The ground truth."),
    text: about(text, "The answer."),
    frame: v.optional(about(
      frame,
      "The frame in which the text states boxes. Default: 0–1000.",
    )),
    tokens: about(count, "How many tokens the text has."),
    finish: about(
      v.picklist(["stop", "length"]),
      '"stop" at the end token, "length" if the limit cut the text off.',
    ),
    policyVersion: about(
      count,
      "Number of optimiser steps behind the weights that sampled it.",
    ),
    rewards: about(rewards, "By name."),
    reward: about(figure, "Their weighted sum."),
    advantage: about(number, "Relative to its group."),
  }, "an object"),
  "A line of a run's completions.jsonl: a sampled answer with its rewards and advantage.",
);
