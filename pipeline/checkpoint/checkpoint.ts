import { join } from "node:path";
import * as v from "npm:valibot@1.5.0";
import { readRegularFile } from "../../data/files/regular_file.ts";
import type { AlarmMemory } from "../alarms/alarms.ts";
import type { LinesMark } from "../../data/files/json_lines.ts";
import type { Figures } from "../../stages/records.ts";
import { resolveSettings, type Settings } from "../settings/settings.ts";

/** How far a run is: all that is needed to resume it, except the policy's state. */
export interface Progress {
  /** Steps made. */
  readonly step: number;
  /** Whether the evaluation that is due after this step, if one is, has been made. */
  readonly evaluated: boolean;
  /** Tokens that went through the learner. */
  readonly numTokens: number;
  /** Wall-clock seconds. */
  readonly seconds: number;
  /** Held-out figures before the first step. */
  readonly before: Figures;
  /** Held-out figures of the last evaluation. */
  readonly latest: Figures;
  /** What alarms compare the next step with. */
  readonly alarms: AlarmMemory;
  /** Splits of the probes that have answered. */
  readonly probed: readonly string[];
  /** Steps just before this one that were skipped, one after another: see `guardSteps`. */
  readonly skippedInARow: number;
  /** How long the run's files of lines were: lines after these marks came later. */
  readonly lines: {
    readonly metrics: LinesMark;
    readonly completions: LinesMark;
    readonly answers: LinesMark;
  };
}

/** What a run is made of, besides its settings: it must be unchanged when the run is resumed. */
export interface Ingredients {
  /** The version of this program. */
  readonly version: string;
  /** SHA-256 of the canonical JSON of the data's manifests. */
  readonly data: { readonly train: string; readonly heldOut: string };
  /** SHA-256 of the base model's and the adapter's files, if known. */
  readonly model?: string;
  /** Where the caller's own rewards came from, by name; see `OwnRewards`. */
  readonly rewards: Readonly<Record<string, string>>;
}

/** What a checkpoint holds besides the policy's state. */
export interface Checkpoint {
  readonly task: "train" | "sft";
  readonly settings: Settings;
  readonly made: Ingredients;
  readonly progress: Progress;
}

/** The file of a {@linkcode Checkpoint}, in a checkpoint's folder and in a run's. */
export const TRAINER = "trainer.json";

const LIMIT = 16 << 20;
const figures = v.record(v.string(), v.number());
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits"));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const mark = v.object({ bytes: count, sha256: hash });
const schema = v.object({
  task: v.picklist(["train", "sft"]),
  settings: v.record(v.string(), v.unknown()),
  made: v.object({
    version: v.string(),
    data: v.object({ train: hash, heldOut: hash }),
    model: v.optional(hash),
    rewards: v.record(v.string(), v.string()),
  }),
  progress: v.object({
    step: count,
    evaluated: v.boolean(),
    numTokens: v.number(),
    seconds: v.number(),
    before: figures,
    latest: figures,
    alarms: v.object({ first: v.array(figures), last: v.array(figures) }),
    probed: v.array(v.string()),
    skippedInARow: count,
    lines: v.object({ metrics: mark, completions: mark, answers: mark }),
  }),
});

/** A checkpoint's record as text. */
export function checkpointText(checkpoint: Checkpoint): string {
  return JSON.stringify(checkpoint, null, 2) + "\n";
}

/**
 * Reads a folder's {@linkcode TRAINER}.
 *
 * @returns `undefined` if there is none.
 * @throws {SyntaxError} If it is damaged, or was written by a version with another format.
 */
export async function readCheckpoint(folder: string): Promise<Checkpoint | undefined> {
  const file = join(folder, TRAINER);
  try {
    const text = new TextDecoder().decode(await readRegularFile(file, LIMIT));
    const { settings, ...rest } = v.parse(schema, JSON.parse(text));
    return { ...rest, settings: resolveSettings(settings) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    const reason = error instanceof v.ValiError
      ? `${v.getDotPath(error.issues[0]) ?? "the whole file"}: ${error.message}`
      : error instanceof Error
      ? error.message
      : String(error);
    throw new SyntaxError(
      `${file} is damaged, or was written by another version (${reason}): resume from ` +
        "another checkpoint or start again",
    );
  }
}
