import { chooseRewards } from "../../stages/reward/choose_rewards.ts";
import type { EvaluationRecord } from "../metrics.ts";
import { loadRewards } from "../load_rewards.ts";
import { checkData, openData } from "../open_data.ts";
import { openModel } from "../open_model.ts";
import { resolveSettings, type SettingsInput } from "../settings.ts";
import { evaluate } from "./evaluate.ts";

/**
 * Evaluates the model of a folder on held-out questions.
 *
 * @returns The record that a run would have written, as of step 0.
 */
export async function evaluateFolder(input: SettingsInput): Promise<EvaluationRecord> {
  const settings = resolveSettings(input);
  checkData(settings.data);
  const { rewards } = await loadRewards(settings.reward);
  chooseRewards(settings.profile, rewards);
  const { policy } = await openModel(settings, false);
  try {
    const { prompts } = policy;
    const { heldOut } = await openData(settings.data, { seed: settings.seed, prompts });
    const figures = await evaluate(policy, heldOut, {
      ...settings,
      rewards,
      samples: settings.evalSamples,
      temperature: settings.evalTemperature,
    });
    return { type: "evaluation", step: 0, split: "held-out", figures };
  } finally {
    policy.dispose();
  }
}
