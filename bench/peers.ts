/**
 * A GRPO step here, by TRL, and by a loop of PyTorch that is written for it: the same
 * checkpoint, images and questions, each program in processes of its own that take turns.
 * `deno task bench:peers`; docs/performance.md says what each figure means.
 *
 * `deno run -A bench/peers.ts [OPTIONS]`, with OPTIONS the JSON of {@linkcode PeersOptions}.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { resolveSettings } from "../pipeline/settings/settings.ts";
import { SPECIAL_TOKENS } from "../pipeline/pretrain/vocabulary.ts";
import { openModelFolder } from "../stages/model/folder/model_folder.ts";
import { checkPython, runPython } from "../test/peers/python.ts";
import { withShapeFolder } from "./checkpoint/with_shape_folder.ts";
import { installedEngines } from "./installed_engines.ts";
import { busyWarning, MACHINE } from "./machine.ts";
import { peerRows, type PeerRun } from "./peers/peer_rows.ts";
import { type Shape, shapeOf } from "./shapes.ts";
import { measureShape } from "./step/measured.ts";
import type { StepOptions } from "./step.ts";
import { short, table } from "./table.ts";

/** What is measured. */
export interface PeersOptions extends StepOptions {
  /** Turns of every program. Default: 3. */
  readonly rounds?: number;
}

/** What the programs of Python import. */
const MODULES = ["torch", "transformers", "trl", "peft", "datasets", "PIL"];
/** Of a learning rate that moves nothing, so that answers stay as random as they are. */
const LEARNING_RATE = 1e-6;

/** The other programs by name. */
const PEERS = { "PyTorch loop": "grpo_loop.py", "TRL": "grpo_trl.py" } as const;

async function measurePeers(options: PeersOptions): Promise<void> {
  await checkPython(MODULES);
  const { shapes = ["A", "B", "C", "D"], steps = 5, warmUp = 2, rounds = 3 } = options;
  const { engines = installedEngines().slice(0, 1), settings, json } = options;
  const warning = busyWarning();
  if (warning !== undefined) {
    console.error(
      `${warning}, those of PyTorch most: its threads spin while they wait for each other\n`,
    );
  }
  const results = [];
  for (const [name, shape] of shapes.map((name) => [name, shapeOf(name)] as const)) {
    const runs: PeerRun[] = [];
    await withShapeFolder(shape, async (folder) => {
      const request = await requestOf(folder, shape, warmUp + steps);
      for (let round = 0; round < rounds; round++) {
        for (const engine of engines) {
          const measuring = { engine, steps, warmUp, evaluate: false, settings };
          runs.push(await ours(folder, name, measuring));
        }
        for (const [program, file] of Object.entries(PEERS)) {
          runs.push({ program, ...await theirs(file, folder, request, warmUp) });
        }
      }
    });
    const rows = peerRows(runs);
    results.push({ shape: name, rows });
    if (!json) console.log(peerText(name, rows, options));
  }
  const all = { machine: MACHINE, loadAverage: Deno.loadavg()[0], steps, warmUp, rounds };
  if (json) console.log(JSON.stringify({ ...all, settings, results }, null, 1));
}

async function ours(
  folder: string,
  shape: string,
  options: Parameters<typeof measureShape>[2],
): Promise<PeerRun> {
  const { steps, warmUp, peak } = await measureShape(folder, shape, options);
  return {
    program: `ours, ${options.engine}`,
    steps: steps.slice(warmUp).map((phases) => ({
      seconds: phases.reduce((sum, [, { seconds }]) => sum + seconds, 0),
      cpuSeconds: phases.reduce((sum, [, { cpuSeconds }]) => sum + cpuSeconds, 0),
    })),
    peakBytes: Math.max(...Object.values(peak)),
  };
}

/** What a program of Python is asked for: see test/peers/step_timer.py. */
async function requestOf(folder: string, shape: Shape, steps: number) {
  const { tokenizer, config, close } = await openModelFolder(folder);
  close();
  const special = SPECIAL_TOKENS.map((token) => tokenizer.id(token)!);
  const none = Array.from(
    { length: config.text.vocabSize - tokenizer.size },
    (_, i) => tokenizer.size + i,
  );
  const { beta, loraAlpha, loraTargetModules } = resolveSettings();
  return {
    questions: shape.questions,
    numGenerations: shape.numGenerations,
    newTokens: shape.newTokens,
    loraR: shape.loraR,
    loraAlpha,
    loraTargetModules: shape.loraTargetModules ?? loraTargetModules,
    beta,
    learningRate: LEARNING_RATE,
    badTokens: [...special, ...none],
    steps,
    threads: MACHINE.cores,
  };
}

async function theirs(
  file: string,
  folder: string,
  request: object,
  warmUp: number,
): Promise<Omit<PeerRun, "program">> {
  const program = fileURLToPath(new URL(`../test/peers/${file}`, import.meta.url));
  const printed = await runPython([program, folder, JSON.stringify(request)]);
  const { steps, peakBytes } = JSON.parse(printed.trim().split("\n").at(-1)!);
  return { steps: steps.slice(warmUp), peakBytes };
}

function peerText(
  name: string,
  rows: ReturnType<typeof peerRows>,
  { steps = 5, warmUp = 2, rounds = 3 }: PeersOptions,
): string {
  return [
    `## ${name}: ${shapeOf(name).about}`,
    `Medians of ${rounds} times ${steps} steps, each after ${warmUp}, on ${MACHINE.cores} ` +
    `cores; load average ${short(Deno.loadavg()[0])}.`,
    table([
      [
        ...["program", "seconds", "CPU seconds", "peak GiB"],
        ...["times ours", "CPU, times ours"],
      ],
      ...rows.map(({ program, ...figures }) => [
        program,
        ...[figures.seconds, figures.cpuSeconds, figures.peakGiB].map(short),
        ...[figures.timesOurs, figures.cpuTimesOurs].map((times) => times.toFixed(2)),
      ]),
    ]),
    "",
  ].join("\n\n");
}

if (import.meta.main) {
  await measurePeers(JSON.parse(Deno.args[0] ?? "{}")).catch((error: Error) => {
    console.error(`bench peers: ${error.message}`);
    Deno.exit(2);
  });
}
