import type { Fetching } from "../../data/hub/snapshot.ts";
import { promptsFor, type TaughtPrompts } from "../../data/questions/prompt.ts";
import type { DataOptions, DataSets, Probe } from "../open/data_sets.ts";
import { checkData, openData } from "../open/open_data.ts";
import type { TargetKinds } from "../../stages/reward/target_kind.ts";
import { withOwnKinds } from "../open/own_kinds.ts";
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
 * @throws {RangeError} If a source has targets of a kind that is not defined; if `targets` is "full" and no question has a reasoning text.
 */
export async function openQuestions(
  task: "train" | "sft",
  settings: Settings,
  taught: TaughtPrompts,
  parts: RunParts,
  fetching: Fetching,
): Promise<DataSets> {
  const { seed, onBadImage, testData, thinking } = settings;
  const { targetKinds = {} } = parts;
  const prompts = promptsFor(taught, thinking);
  const options = { seed, prompts, fetching, onBadImage, targetKinds };
  const open = async (spec: string, options: DataOptions) =>
    withKinds(await (parts.openData ?? openData)(spec, options), targetKinds);
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

/** Data whose targets of the caller's kinds have category and title. */
function withKinds(sets: DataSets, kinds: TargetKinds): DataSets {
  return {
    ...sets,
    train: withOwnKinds(sets.train, kinds),
    heldOut: withOwnKinds(sets.heldOut, kinds),
    ...sets.probes && {
      probes: sets.probes.map((probe) => (
        { ...probe, source: withOwnKinds(probe.source, kinds) }
      )),
    },
  };
}

/** The control of the setting `banNoObjects`. */
function withoutNoObjects({ heldOut: source }: DataSets): Probe {
  return { split: WITHOUT_NO_OBJECTS, source, banNoObjects: true };
}
