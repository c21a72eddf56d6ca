/**
 * Where the time of a GRPO step goes, phase by phase, at the shapes of shapes.ts and on each
 * engine: `deno task bench step`. docs/performance.md says what each figure means.
 *
 * `deno run -A bench/step.ts [OPTIONS]`, with OPTIONS the JSON of {@linkcode StepOptions}.
 *
 * @module
 */
import type { SettingsInput } from "../pipeline/settings/settings.ts";
import { withShapeFolder } from "./checkpoint/with_shape_folder.ts";
import { type Engine, installedEngines } from "./installed_engines.ts";
import { busyWarning, MACHINE } from "./machine.ts";
import { shapeOf } from "./shapes.ts";
import { measureShape } from "./step/measured.ts";
import { type PhaseFigures, type Summary, summaryOf } from "./step/summary.ts";
import { short, table } from "./table.ts";

/** What is measured. */
export interface StepOptions {
  /** Names of shapes. Default: A to D. */
  readonly shapes?: readonly string[];
  /** Default: those that are installed. */
  readonly engines?: readonly Engine[];
  /** Steps that count. Default: 5. */
  readonly steps?: number;
  /** Steps before them. Default: 2. */
  readonly warmUp?: number;
  /** Other settings of the run. */
  readonly settings?: SettingsInput;
  /** Write JSON. */
  readonly json?: boolean;
}

/** Measures every shape on every engine, and writes what came out. */
async function measureAll(options: StepOptions): Promise<void> {
  const { shapes = ["A", "B", "C", "D"], steps = 5, warmUp = 2, settings } = options;
  const { engines = installedEngines(), json } = options;
  const warning = busyWarning();
  if (warning !== undefined) console.error(`${warning}\n`);
  const summaries: Summary[] = [];
  for (const [name, shape] of shapes.map((name) => [name, shapeOf(name)] as const)) {
    await withShapeFolder(shape, async (folder) => {
      for (const engine of engines) {
        const measuring = { engine, steps, warmUp, evaluate: true, settings };
        const measured = await measureShape(folder, name, measuring);
        const summary = summaryOf(measured);
        summaries.push(summary);
        if (!json) console.log(phaseText(summary, steps, warmUp));
      }
    });
  }
  const all = { machine: MACHINE, steps, warmUp, settings, summaries };
  console.log(json ? JSON.stringify(all, null, 1) : overview(summaries));
}

function phaseText(summary: Summary, steps: number, warmUp: number): string {
  const { shape, engine, matmul, evaluation, peakGiB } = summary;
  const { about, questions, numGenerations, visualTokens, textTokens, newTokens } =
    shapeOf(shape);
  return [
    `## ${shape}, ${engine.split(":")[0]}: ${about}`,
    `${engine}. ${questions} questions x ${numGenerations} answers of ${newTokens} tokens, ` +
    `prompts of ${visualTokens} + ${textTokens} tokens; medians of ${steps} steps after ` +
    `${warmUp}; load average ${short(summary.loadAverage)}.`,
    table([
      [
        ...["phase", "seconds", "CPU seconds", "operations"],
        ...["GFLOP", "GFLOP/s", "% of matmul"],
      ],
      ...[...summary.phases, summary.step].map(phaseRow),
    ]),
    `Matrices of 1024 x 1024: ${short(matmul.gflops)} GFLOP/s, ` +
    `${short(matmul.gflopsPerCpuSecond)} in a CPU second. ` +
    `Peak memory in GiB: ${short(peakGiB.load)} while loading, ${
      short(peakGiB.rollout)
    } in ` +
    `a rollout, ${short(peakGiB.update)} in an update. Loading took ` +
    `${short(summary.loadSeconds)} s, the first step ${
      short(summary.firstStepSeconds)
    } s` +
    (evaluation === undefined
      ? "."
      : `; an evaluation of ${evaluation.questions} questions ${
        short(evaluation.seconds)
      } s, ${short(evaluation.cpuSeconds)} CPU seconds.`),
    "",
  ].join("\n\n");
}

function phaseRow({ phase, gflop, gflops, ofMatmul, ...spent }: PhaseFigures): string[] {
  return [
    phase,
    ...[spent.seconds, spent.cpuSeconds, spent.operations, gflop, gflops].map(short),
    ofMatmul === undefined ? short(undefined) : (100 * ofMatmul).toFixed(0),
  ];
}

function overview(summaries: readonly Summary[]): string {
  return [
    `## Steps on ${MACHINE.cores} cores, ${MACHINE.processor}`,
    table([
      [
        ...["shape", "engine", "seconds", "CPU seconds", "tokens/s", "operations"],
        ...["GFLOP/s", "peak GiB"],
      ],
      ...summaries.map(({ shape, engine, step, tokensPerSecond, peakGiB }) => [
        shape,
        engine.split(":")[0]!,
        ...[step.seconds, step.cpuSeconds, tokensPerSecond, step.operations, step.gflops]
          .map(short),
        short(Math.max(...Object.values(peakGiB))),
      ]),
    ]),
  ].join("\n\n");
}

if (import.meta.main) {
  await measureAll(JSON.parse(Deno.args[0] ?? "{}")).catch((error: Error) => {
    console.error(`bench step: ${error.message}`);
    Deno.exit(2);
  });
}
