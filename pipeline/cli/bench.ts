import { fileURLToPath } from "node:url";
import type { CliCommand } from "./command.ts";
import { addFlags, type FlagValues, flagValues } from "./flag.ts";

const FLAGS = {
  shapes: {
    kind: "names",
    default: ["A", "B", "C", "D"],
    about:
      "Shapes of step and peers: A, B, C, D, 2B (17 GiB of memory, 5 GB of disk), 0.2B",
  },
  engines: {
    kind: "names",
    unset: "all that are installed",
    about: "Engines of step, the first of them for peers: native, wasm",
  },
  steps: { kind: "count", least: 1, default: 5, about: "Steps that count" },
  warmUp: { kind: "count", least: 0, default: 2, about: "Steps before those" },
  settings: {
    kind: "text",
    value: "JSON",
    unset: "the defaults",
    about: "Other settings of the steps, as in '{\"beta\": 0}'",
  },
  rounds: {
    kind: "count",
    least: 1,
    default: 3,
    about: "Rounds of peers and average_precision, in which each program has its turn",
  },
  official: {
    kind: "text",
    value: "folder",
    about: "Clone of the authors' repository, which rewards compares with",
  },
  json: { kind: "switch", about: "Write one JSON value: step and peers" },
} as const;

/** A program of bench/. */
interface Benchmark {
  readonly about: string;
  /** Its arguments. */
  readonly args?: (flags: FlagValues<typeof FLAGS>) => readonly string[];
}

const measured = (
  { shapes, engines, steps, warmUp, settings, rounds, json }: FlagValues<typeof FLAGS>,
) => [
  JSON.stringify({
    ...{ shapes, engines, steps, warmUp, rounds, json },
    settings: settings === undefined ? undefined : settingsIn(settings),
  }),
];

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  step: {
    about: "where the time of a GRPO step goes, at several shapes, on each engine",
    args: measured,
  },
  peers: {
    about: "a GRPO step beside TRL and a PyTorch loop, which need Python",
    args: measured,
  },
  operations: { about: "single operations on wasm and on the native engine" },
  native_kernels: { about: "a few rows times a large matrix on the native engine" },
  rewards: {
    about: "answers that the rewards score in a second",
    args: ({ official }) => official === undefined ? [] : ["--official", official],
  },
  average_precision: {
    about: "COCO's and LVIS's evaluations beside pycocotools and lvis",
    args: ({ rounds }) => [`${rounds}`],
  },
  watch_state: { about: "what the live page costs a long run" },
};

/** `deno task bench`: runs programs of bench/, each in a process of its own. */
export const bench: CliCommand = {
  declare(command) {
    command.argument("[name...]", "Benchmarks to run (default: step)");
    addFlags(command, FLAGS);
    const width = Math.max(...Object.keys(BENCHMARKS).map((name) => name.length)) + 2;
    const lines = Object.entries(BENCHMARKS).map(([name, { about }]) =>
      `  ${name.padEnd(width)}${about}`
    );
    command.addHelpText("after", `\nBenchmarks:\n${lines.join("\n")}`);
  },
  async run(command) {
    const flags = flagValues(command, FLAGS);
    const names = command.args.length > 0 ? command.args : ["step"];
    const unknown = names.find((name) => !Object.hasOwn(BENCHMARKS, name));
    if (unknown !== undefined) {
      throw new TypeError(
        `There is no benchmark ${JSON.stringify(unknown)}: choose from ${
          Object.keys(BENCHMARKS).join(", ")
        }`,
      );
    }
    const programs = names.map((name) => ({
      name,
      args: BENCHMARKS[name]!.args?.(flags) ?? [],
    }));
    for (const { name, args } of programs) {
      if (names.length > 1 && !flags.json) console.log(`\n# ${name}\n`);
      const program = fileURLToPath(new URL(`../../bench/${name}.ts`, import.meta.url));
      const { code } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-q", "-A", program, ...args],
        stdout: "inherit",
        stderr: "inherit",
      }).output();
      if (code !== 0) return code;
    }
    return 0;
  },
};

function settingsIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`--settings is not JSON: ${(error as Error).message}`);
  }
}
