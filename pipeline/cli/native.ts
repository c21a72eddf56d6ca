import type { InstallProgress } from "../native/install.ts";
import { newBar } from "./bar.ts";
import type { CliCommand } from "./command.ts";
import { addFlags, flagValues } from "./flag.ts";
import { onInterrupt } from "./on_interrupt.ts";

const FLAGS = {
  gpu: {
    kind: "switch",
    about: "Install it with CUDA, for NVIDIA GPUs (about 3.3 GB to download)",
  },
  force: { kind: "switch", about: "Build it again although it is there" },
} as const;

/** `deno task native`: installs TensorFlow's own engine in the user's cache folder. */
export const native: CliCommand = {
  declare(command) {
    addFlags(command, FLAGS);
    command.addHelpText(
      "after",
      "\nIt is installed in your cache folder; train then uses it. Needs python3 with pip and " +
        "g++,\non Linux on x64.",
    );
  },
  async run(command) {
    const { gpu, force } = flagValues(command, FLAGS);
    const { installNativeEngine, tryEngine } = await import("../native/install.ts");
    const stop = onInterrupt("Stopping");
    const progress = showProgress();
    try {
      const { folder, built } = await installNativeEngine({
        gpu,
        force,
        signal: stop.signal,
        onProgress: progress.show,
      });
      progress.stop();
      console.error(
        built
          ? `Installed in ${folder}`
          : `Already there, with the right checksums: ${folder}`,
      );
      if (gpu && await tryEngine(folder) === "CPU") {
        console.error(
          "It finds no GPU here and will compute on the CPU: see nvidia-smi",
        );
      }
      return 0;
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      throw new Error("Stopped; nothing was installed", { cause: error });
    } finally {
      progress.stop();
      stop.end();
    }
  },
};

/** A bar on a terminal, else a line for each phase; on standard error. */
function showProgress() {
  let last = "";
  const bar = newBar("{bar} {percentage}% | {phase} | {duration_formatted}");
  return {
    show({ phase, done }: InstallProgress) {
      if (phase !== last && !Deno.stderr.isTerminal()) console.error(phase);
      last = phase;
      bar.show(done, 1, { phase });
    },
    stop: bar.stop,
  };
}
