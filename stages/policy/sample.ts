import { hashText } from "../../data/random.ts";
import type { Computer } from "./computer.ts";
import type { Learner } from "./learner.ts";
import type { Policy } from "./policy.ts";
import { frameOf, promptOf } from "./prompt_cache.ts";

/** The verb `sample` of a policy: draws G completions for each question. */
export function sampleWith(learner: Learner, computer: Computer): Policy["sample"] {
  const { folder: { config, tokenizer, frame } } = learner;
  return async (questions, options, signal) => {
    signal?.throwIfAborted();
    if (questions.length === 0) return [];
    const { version } = learner;
    const prompts = questions.map((question) => promptOf(learner, question));
    const keys = questions.map(({ id }) => [options.seed, options.step, hashText(id)]);
    const groups = await computer.continuations(prompts, {
      ...options,
      endTokens: config.tokens.eos,
      badWords: [
        [config.tokens.image],
        [config.tokens.video],
        ...(options.badWords ?? []).map((text) => tokenizer.encode(text)),
      ],
      tokenizerSize: tokenizer.size,
      key: (prompt) => keys[prompt]!,
    }, signal);
    return groups.map((group, i) =>
      group.map(({ tokenIds, logProbs, finish }, index) => ({
        id: `${options.step}/${questions[i]!.id}/${index}`,
        step: options.step,
        question: questions[i]!,
        index,
        text: tokenizer.decode(finish === "stop" ? tokenIds.slice(0, -1) : tokenIds),
        tokenIds,
        logProbs,
        finish,
        // Records of models with the default frame, 0–1000, do not name it.
        ...(questions[i]!.frame ?? frame) !== "per mille" &&
          { frame: frameOf(learner, questions[i]!) },
        policyVersion: version,
      }))
    );
  };
}
