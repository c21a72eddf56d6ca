import { openEmoji } from "../../data/emoji/source.ts";
import { openPolicy } from "../../stages/policy/open_policy.ts";
import { evaluate } from "../../stages/evaluate/evaluate.ts";
import type { Figures } from "../../stages/records.ts";

/** Scenes that no training run is given: their seed. */
const SEED = 20_000;

/** What the model card reports: a name for people, and the held-out questions. */
const SETS = [
  ["detection, 65 base names, known artists", "emoji:detection,held-out=512"],
  [
    "detection, 15 novel names, known artists",
    "emoji:detection,categories=novel,held-out=256",
  ],
  [
    "detection, 65 base names, artist never seen",
    "emoji:detection,artist=openmoji,held-out=512",
  ],
  ["classification, 65 base names, known artists", "emoji:classification,held-out=512"],
  [
    "classification, 65 base names, artist never seen",
    "emoji:classification,artist=openmoji,held-out=512",
  ],
  ["grounding, base names, known artists", "emoji:grounding,held-out=256"],
] as const;

/** Figures of one set of held-out questions. */
export interface HeldOutRow {
  readonly set: string;
  readonly temperature: number;
  readonly figures: Figures;
}

/**
 * Asks a model's folder held-out questions through the ordinary policy, greedily and sampled.
 *
 * Start a backend first.
 */
export async function* heldOutRows(folder: string): AsyncGenerator<HeldOutRow> {
  const policy = await openPolicy(folder, {
    optimizer: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 },
    freezeVision: true,
    reference: false,
    microBatchSize: 16,
    seed: SEED,
  });
  try {
    for (const [set, spec] of SETS) {
      const { heldOut } = await openEmoji(spec, { seed: SEED, prompts: "short" });
      for (const temperature of [0, 1]) {
        const figures = await evaluate(policy, heldOut, {
          samples: heldOut.size,
          temperature,
          topK: 0,
          topP: 1,
          maxCompletionLength: 64,
          rolloutBatchSize: 64,
          seed: SEED,
          profile: "hardened",
        });
        yield { set, temperature, figures };
      }
    }
  } finally {
    policy.dispose();
  }
}
