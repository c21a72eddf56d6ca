import { fileURLToPath } from "node:url";
import type { CliCommand } from "./command.ts";
import { addFlags, flagValues } from "./flag.ts";

/** Programs of bench/ by name: what each measures. */
const BENCHMARKS = {
  average_precision: "COCO's and LVIS's evaluations beside pycocotools and lvis",
  backend: "single operations on wasm and on the native engine",
  native_kernels: "a few rows times a large matrix on the native engine",
  rewards: "answers that the rewards score in a second",
  step: "the parts of a training step on each engine",
  watch_state: "what the live page costs a long run",
  scale: "a model of Qwen2-VL-2B's form: needs 20 GiB of memory and 5 GB of disk",
} as const;

const FLAGS = {
  rounds: {
    kind: "count",
    least: 1,
    default: 3,
    about: "Rounds of average_precision",
  },
  official: {
    kind: "text",
    value: "folder",
    about: "Clone of the authors' repository, which rewards compares with",
  },
  tenth: { kind: "switch", about: "Let scale use a tenth of the model" },
} as const;

/** `deno task bench`: runs programs of bench/, each in a process of its own. */
export const bench: CliCommand = {
  declare(command) {
    command.argument("[name...]", "Benchmarks to run (default: all but scale)");
    addFlags(command, FLAGS);
    const width = Math.max(...Object.keys(BENCHMARKS).map((name) => name.length)) + 2;
    const lines = Object.entries(BENCHMARKS).map(([name, about]) =>
      `  ${name.padEnd(width)}${about}`
    );
    command.addHelpText("after", `\nBenchmarks:\n${lines.join("\n")}`);
  },
  async run(command) {
    const { rounds, official, tenth } = flagValues(command, FLAGS);
    const all = Object.keys(BENCHMARKS);
    for (const name of command.args) {
      if (all.includes(name)) continue;
      throw new TypeError(
        `There is no benchmark ${JSON.stringify(name)}: choose from ${all.join(", ")}`,
      );
    }
    const names = command.args.length > 0
      ? command.args
      : all.filter((name) => name !== "scale");
    const own: Readonly<Record<string, readonly string[]>> = {
      average_precision: [`${rounds}`],
      rewards: official === undefined ? [] : ["--official", official],
      scale: tenth ? ["--tenth"] : [],
    };
    for (const name of names) {
      console.log(`\n# ${name}\n`);
      const program = fileURLToPath(new URL(`../../bench/${name}.ts`, import.meta.url));
      const { code } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", program, ...own[name] ?? []],
        stdout: "inherit",
        stderr: "inherit",
      }).output();
      if (code !== 0) return code;
    }
    return 0;
  },
};
