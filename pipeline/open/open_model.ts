import type { TrainablePolicy } from "../../stages/policy/policy.ts";
import { findAdapter, findModel } from "./find_model.ts";
import type { Fetching } from "../../data/hub/snapshot.ts";
import { hubName } from "../../data/hub/hub_name.ts";
import { modelHash } from "./model_hash.ts";
import type { Settings } from "../settings/settings.ts";
import { policyOptions, type PolicySettings } from "../settings/stage_options.ts";

/** A model that is ready, and what computes it. */
export interface OpenedModel {
  /** Samples completions and learns from them. */
  readonly policy: TrainablePolicy;
  /** Name of the backend, after "auto" was resolved. */
  readonly backend: Settings["backend"];
  /** One line on the backend for people. */
  readonly description: string;
  /** SHA-256 of what the policy starts from: see `modelHash`. Default: not known. */
  readonly hash?: () => Promise<string>;
}

/** The settings that `openModel` reads. */
export type ModelSettings =
  & PolicySettings
  & Pick<Settings, "model" | "backend">
  & Partial<Pick<Settings, "adapter" | "precision" | "xla">>;

/**
 * Starts the backend and loads the model, from a folder or from the Hub.
 *
 * @param reference Whether to keep a frozen copy of the weights for the KL divergence.
 * @param fetching Told of downloads.
 * @throws {Error} If there is no such model or something of it cannot be read; the message
 * names the file and the remedy.
 */
export async function openModel(
  settings: ModelSettings,
  reference: boolean,
  fetching: Fetching = {},
): Promise<OpenedModel> {
  if (settings.adapter !== undefined && settings.loraR > 0) {
    throw new TypeError(
      `loraR ${settings.loraR} does not go with option adapter: the adapter has its own rank`,
    );
  }
  const folder = await findModel(settings.model, fetching);
  const adapter = settings.adapter === undefined
    ? undefined
    : await findAdapter(settings.adapter, fetching);
  // Loaded here and not at the top: --help and errors in settings need no tensors.
  const { startBackend } = await import("../../stages/engine/backend.ts");
  const { openPolicy } = await import("../../stages/policy/open_policy.ts");
  const { name, description: engine } = await startBackend(settings.backend, settings);
  const policy = await openPolicy(folder, {
    ...policyOptions(settings, reference),
    adapter,
    modelName: hubName(settings.model)?.repo,
  });
  const folders = adapter === undefined ? [folder] : [folder, adapter];
  return {
    policy,
    backend: name as Settings["backend"],
    description: describe(engine, policy.workers ?? 1, settings.workers),
    hash: () => modelHash(...folders),
  };
}

/** The engine, and how many threads compute with it if they can be chosen. */
function describe(engine: string, workers: number, asked: number | undefined): string {
  if (workers > 1) return `${engine}, ${workers} workers`;
  const isIgnored = asked !== undefined && asked > 1;
  return isIgnored ? `${engine}; workers ${asked} are for wasm alone` : engine;
}
