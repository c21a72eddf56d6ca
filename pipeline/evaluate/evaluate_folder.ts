import { dirname } from "node:path";
import { canonicalHash } from "../../data/files/canonical_json.ts";
import { promptsFor } from "../../data/questions/prompt.ts";
import type { QuestionSource } from "../../data/questions/question.ts";
import type { TrainablePolicy } from "../../stages/policy/policy.ts";
import { chooseRewards } from "../../stages/reward/choose_rewards.ts";
import { checkRewardWeights } from "../../stages/reward/reward_weights.ts";
import { loadRewards } from "../open/load_rewards.ts";
import type { Fetching } from "../../data/hub/snapshot.ts";
import type { EvaluationRecord } from "../run_folder/metrics.ts";
import { checkData, openData } from "../open/open_data.ts";
import { openModel } from "../open/open_model.ts";
import { withOwnKinds } from "../open/own_kinds.ts";
import { checkTrustedData } from "../open/trust.ts";
import {
  resolveSettings,
  type Settings,
  type SettingsInput,
} from "../settings/settings.ts";
import {
  evaluateOptions,
  presenceOptions,
  rewardOptions,
} from "../settings/stage_options.ts";
import { askPresence } from "../../stages/evaluate/ask_presence.ts";
import { evaluate } from "../../stages/evaluate/evaluate.ts";
import { type ExistMap, readExistMap, writeExistMap } from "./exist_map.ts";
import { HELD_OUT } from "../run_folder/splits.ts";
import { evaluationBatchSize } from "./batch_size.ts";

/**
 * Evaluates the model of a folder on held-out questions.
 *
 * With `existMap` the protocol is `exist-map`: if that file exists, it says which
 * questions are asked; if not, the model is asked and the file is written.
 *
 * @param fetching Told of downloads.
 * @returns The record that a run would have written, as of step 0.
 * @throws {TypeError} If `existMap` is given beside another protocol.
 * @throws {RangeError} If the map was made for other questions.
 */
export async function evaluateFolder(
  input: SettingsInput,
  fetching: Fetching = {},
): Promise<EvaluationRecord> {
  const settings = resolveSettings(
    input.existMap === undefined ? {} : { protocol: "exist-map" },
    input,
  );
  const { protocol } = settings;
  if (settings.existMap !== undefined && protocol !== "exist-map") {
    throw new TypeError(
      `existMap does not go with option protocol ${protocol}: leave one of them out`,
    );
  }
  checkTrustedData([settings.data], settings.trustCode);
  checkData(settings.data);
  const { profile, reward, rewardTimeout: timeout, rewardWeights } = settings;
  await using own = await loadRewards(reward, {}, { timeout });
  const { rewards } = own;
  chooseRewards(profile, rewards, rewardOptions(settings));
  checkRewardWeights(rewardWeights, profile, rewards);
  const map = settings.existMap === undefined
    ? undefined
    : await readExistMap(settings.existMap);
  const { policy } = await openModel(settings, false, fetching);
  try {
    const prompts = promptsFor(policy.prompts, settings.thinking);
    const { heldOut, skipped } = await openData(settings.data, {
      seed: settings.seed,
      prompts,
      fetching,
      onBadImage: settings.onBadImage,
    });
    withOwnKinds(heldOut, {}); // no command can define one
    if (heldOut.size === 0) {
      throw new RangeError(
        `data ${settings.data} has no held-out questions to evaluate on; write held-out=1 to ` +
          "use all of it",
      );
    }
    const { evalSamples } = settings;
    const rolloutBatchSize = await evaluationBatchSize(
      policy,
      heldOut,
      settings,
      evalSamples,
    );
    const existMap = map === undefined
      ? await madeMap(settings, policy, heldOut, rolloutBatchSize)
      : fitting(map, settings, heldOut);
    const figures = await evaluate(
      policy,
      heldOut,
      evaluateOptions(settings, {
        rewards,
        prompts,
        present: existMap?.present,
        banNoObjects: settings.banNoObjects,
        rolloutBatchSize,
      }),
    );
    return {
      type: "evaluation",
      step: 0,
      split: HELD_OUT,
      protocol,
      ...existMap && { existMap: named(existMap) },
      ...skipped && { skipped: skipped() },
      figures,
    };
  } finally {
    policy.dispose();
  }
}

/** Asks the model for a map that is to be kept. */
async function madeMap(
  settings: Settings,
  policy: TrainablePolicy,
  heldOut: QuestionSource,
  rolloutBatchSize: number,
): Promise<ExistMap | undefined> {
  const { existMap: path, model, data, thinking } = settings;
  if (path === undefined) return undefined;
  const prompts = promptsFor(policy.prompts, thinking);
  const options = presenceOptions(settings, { prompts, rolloutBatchSize });
  // Before the long work, so that its result can be written.
  await Deno.mkdir(dirname(path), { recursive: true });
  const present = await askPresence(policy, heldOut, options);
  const questions = Math.min(settings.evalSamples, heldOut.size);
  const dataSha256 = canonicalHash(heldOut.manifest);
  return await writeExistMap(path, present, { model, data, dataSha256, questions });
}

/** The map that was read, if it is about these questions; the authors' form does not say. */
function fitting(map: ExistMap, settings: Settings, heldOut: QuestionSource): ExistMap {
  const { dataSha256 = canonicalHash(heldOut.manifest), questions = Infinity } = map;
  const count = Math.min(settings.evalSamples, heldOut.size);
  if (dataSha256 === canonicalHash(heldOut.manifest) && questions >= count) return map;
  throw new RangeError(
    `existMap ${settings.existMap} is about ` +
      (questions < count ? `${questions} questions, not ${count}` : "other questions") +
      ` (option data ${map.data}): give the name of a new file to make one for these`,
  );
}

function named({ model, sha256, edited }: ExistMap) {
  return {
    sha256,
    ...model !== undefined && { model },
    ...edited !== undefined && { edited },
  };
}
