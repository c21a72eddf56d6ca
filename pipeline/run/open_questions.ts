import type { Fetching } from "../../data/hub/snapshot.ts";
import { promptsFor, type TaughtPrompts } from "../../data/questions/prompt.ts";
import type { DataSets, Probe } from "../open/data_sets.ts";
import { checkData, openData } from "../open/open_data.ts";
import { parseProbe } from "../open/probe.ts";
import { checkTrustedData } from "../open/trust.ts";
import { WITHOUT_NO_OBJECTS } from "../run_folder/splits.ts";
import type { Settings } from "../settings/settings.ts";
import type { BegunRun } from "./begin_run.ts";
import { checkReasoning } from "./check_reasoning.ts";
import type { RunParts } from "./run_parts.ts";

/**
 * Refuses data that cannot be opened, as far as its specification tells: nothing is read.
 *
 * @throws {TypeError} If a probe is not `NAME=DATA`, or a manifest that the caller gave names data
 * that needs trust; see `checkTrustedData`.
 * @throws {RangeError} If a specification cannot be used; see `checkData`.
 */
export function checkQuestions({ given, settings }: BegunRun, parts: RunParts): void {
  const probes = settings.probe.map((text) => parseProbe(text).spec);
  if (parts.openData) return;
  const { data, testData, probe = [] } = given;
  const named = [data, testData, ...probe.map((text) => parseProbe(text).spec)];
  checkTrustedData(named, settings.trustCode);
  for (const spec of [settings.data, settings.testData, ...probes]) {
    if (spec !== undefined) checkData(spec);
  }
}

/**
 * Opens what a run learns from and what it is asked: training data, held-out data, probes and the
 * control of `banNoObjects`.
 *
 * @param taught The prompts that the model was taught.
 * @throws {RangeError} If `targets` is "full" and no question has a reasoning text.
 */
export async function openQuestions(
  task: "train" | "sft",
  settings: Settings,
  taught: TaughtPrompts,
  parts: RunParts,
  fetching: Fetching,
): Promise<DataSets> {
  const { seed, onBadImage, testData, thinking } = settings;
  const prompts = promptsFor(taught, thinking);
  const options = { seed, prompts, fetching, onBadImage };
  const open = parts.openData ?? openData;
  const sets = await open(settings.data, { ...options, testData });
  if (task === "sft" && settings.targets === "full") await checkReasoning(sets.train);
  const probes = await Promise.all(settings.probe.map(async (text): Promise<Probe> => {
    const { split, spec } = parseProbe(text);
    return { split, source: (await open(spec, options)).heldOut };
  }));
  return {
    ...sets,
    probes: [
      ...sets.probes ?? [],
      ...settings.banNoObjects ? [withoutNoObjects(sets)] : [],
      ...probes,
    ],
  };
}

/** The control of the setting `banNoObjects`. */
function withoutNoObjects({ heldOut: source }: DataSets): Probe {
  return { split: WITHOUT_NO_OBJECTS, source, banNoObjects: true };
}
