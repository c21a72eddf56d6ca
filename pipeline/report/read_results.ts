import { isAbsolute } from "node:path";
import * as v from "npm:valibot@1.5.0";
import { checkJson } from "../../data/files/check_json.ts";
import { LARGE_JSON, readJsonIfThere } from "../../data/files/read_json.ts";
import type { MethodResult, Spread } from "../experiment/results_file.ts";
import {
  armSchema,
  methodSchema,
  resultsSchema,
  spreadSchema,
} from "../experiment/results_schema.ts";
import { text } from "../run_folder/fields.ts";
import { fileOfRun } from "../run_folder/file_of_run.ts";

/** Largest results.json, in bytes, and runs that it may name. */
const LIMIT = 2 ** 24, RUNS = 2000;

/** A figure over several seeds; what the file does not say is NaN. */
export type ReadSpread = Omit<Spread, "values">;

/** What one method reached, as far as pages show it. */
export interface ReadMethod extends Pick<MethodResult, "learningRate" | "runs"> {
  readonly figures: Readonly<Record<string, ReadSpread>>;
  /** By category. */
  readonly categories: Readonly<Record<string, ReadSpread>>;
  /** Figures on other questions, by the names of these and of the figures. */
  readonly probes: Readonly<Record<string, Readonly<Record<string, ReadSpread>>>>;
}

/** What is compared on the same data; methods by name: baseline, sft, rft. */
export interface ReadArm {
  readonly label?: string;
  readonly shots?: number;
  readonly methods: Readonly<Record<string, ReadMethod>>;
}

/** An experiment's results.json, as far as pages show it; other keys are ignored. */
export interface ReadResults {
  readonly name: string;
  /** A line on what is asked. */
  readonly title?: string;
  /** The figure that methods are compared by; probes are shown by it. */
  readonly metric?: string;
  readonly arms: readonly ReadArm[];
}

const { mean, sd } = spreadSchema.entries;
const spread = v.object({ mean, sd: v.optional(sd, null) }, "mean and sd");
const spreads = v.optional(v.record(text, spread, "figures by name"), {});
// A file from somewhere else must not lead out of its folder.
const inside = v.pipe(
  text,
  v.check(
    (path) => !isAbsolute(path) && !path.split(/[/\\]/).includes(".."),
    "a folder in the experiment's",
  ),
);
const { label, shots } = armSchema.entries;
const { type, name, title, metric } = resultsSchema.entries;
// Results of earlier versions have fewer fields.
const schema = v.object({
  ...{ type, name },
  title: v.optional(title),
  metric: v.optional(metric),
  arms: v.array(
    v.object({
      label: v.optional(label),
      shots,
      methods: v.record(
        text,
        v.object({
          learningRate: methodSchema.entries.learningRate,
          runs: v.optional(v.array(inside, "a list of folders"), []),
          figures: spreads,
          categories: spreads,
          probes: v.optional(v.record(text, spreads, "figures by probe"), {}),
        }, "an object"),
        "methods by name",
      ),
    }, "an object"),
    "a list",
  ),
}, "an object");

/**
 * Reads the results.json of an experiment's folder.
 *
 * @returns `undefined` if there is none.
 * @throws {SyntaxError} If it is not such a file: names the place.
 */
export async function readResults(folder: string): Promise<ReadResults | undefined> {
  const path = await fileOfRun(folder, "results.json");
  const json = await readJsonIfThere(path, { ...LARGE_JSON, limit: LIMIT });
  if (json === undefined) return undefined;
  const results = checkJson(schema, json, path);
  const { arms } = results;
  const runs = arms.flatMap(({ methods }) =>
    Object.values(methods).flatMap((method) => method.runs)
  );
  if (runs.length <= RUNS) return results;
  throw new RangeError(`${path} names ${runs.length} runs, more than ${RUNS}`);
}
