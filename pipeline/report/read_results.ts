import { isAbsolute } from "node:path";
import * as v from "npm:valibot@1.5.0";
import { checkJson } from "../../data/files/check_json.ts";
import { LARGE_JSON, readJsonIfThere } from "../../data/files/read_json.ts";
import { figureSchema as figure } from "../run_folder/figure_schema.ts";
import { fileOfRun } from "../run_folder/file_of_run.ts";

/** Largest results.json, in bytes, and runs that it may name. */
const LIMIT = 2 ** 24, RUNS = 2000;

/** A figure over several seeds; what the file does not say is NaN. */
export interface Spread {
  readonly mean: number;
  readonly sd: number;
}

/** What one method reached. */
export interface MethodResult {
  readonly learningRate?: number;
  /** Folders of its runs, relative to the experiment's. */
  readonly runs: readonly string[];
  readonly figures: Readonly<Record<string, Spread>>;
  /** By category. */
  readonly categories: Readonly<Record<string, Spread>>;
  /** Figures on other questions, by the names of these and of the figures. */
  readonly probes: Readonly<Record<string, Readonly<Record<string, Spread>>>>;
}

/** What is compared on the same data; methods by name: baseline, sft, rft. */
export interface Arm {
  readonly label?: string;
  readonly shots?: number;
  readonly methods: Readonly<Record<string, MethodResult>>;
}

/** An experiment's results.json, as far as pages show it; other keys are passed over. */
export interface Results {
  readonly name: string;
  /** A line on what is asked. */
  readonly title?: string;
  /** The figure that methods are compared by; probes are shown by it. */
  readonly metric?: string;
  readonly arms: readonly Arm[];
}

const text = v.string("a text");
const spread = v.object({ mean: figure, sd: v.optional(figure, null) }, "mean and sd");
const spreads = v.optional(v.record(text, spread, "figures by name"), {});
// A file from somewhere else shall not lead out of its folder.
const inside = v.pipe(
  text,
  v.check(
    (path) => !isAbsolute(path) && !path.split(/[/\\]/).includes(".."),
    "a folder in the experiment's",
  ),
);
const schema = v.object({
  type: v.literal("experiment", '"experiment"'),
  name: text,
  title: v.optional(text),
  metric: v.optional(text),
  arms: v.array(
    v.object({
      label: v.optional(text),
      shots: v.optional(v.number("a number")),
      methods: v.record(
        text,
        v.object({
          learningRate: v.optional(v.number("a number")),
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
 * @returns `undefined` where there is none.
 * @throws {SyntaxError} Where it is no such file: names the place.
 */
export async function readResults(folder: string): Promise<Results | undefined> {
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
