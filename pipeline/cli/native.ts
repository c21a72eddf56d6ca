/**
 * `deno task native`: installs TensorFlow's own engine, which trains several times faster.
 *
 * @module
 */
import cliProgress from "npm:cli-progress@3.12.0";
import { Command, CommanderError } from "npm:commander@15.1.0";
import process from "node:process";
import {
  installNativeEngine,
  type InstallProgress,
  tryEngine,
} from "../native/install.ts";

/** Runs the command. @returns The exit code: 0, or 2 where something is missing or fails. */
export async function main(args: readonly string[]): Promise<number> {
  const cancel = new AbortController();
  const onInterrupt = () => cancel.abort(new Error("Stopped; nothing was installed"));
  process.once("SIGINT", onInterrupt);
  const progress = showProgress();
  try {
    const { gpu, force } = command().parse([...args], { from: "user" })
      .opts<{ gpu?: boolean; force?: boolean }>();
    const { folder, built } = await installNativeEngine({
      gpu,
      force,
      signal: cancel.signal,
      onProgress: progress.show,
    });
    progress.stop();
    console.error(
      built ? `Installed in ${folder}` : `Already there, checksums right: ${folder}`,
    );
    if (gpu && await tryEngine(folder) === "CPU") {
      console.error("It finds no GPU here and will compute on the CPU: see nvidia-smi");
    }
    return 0;
  } catch (error) {
    progress.stop();
    if (error instanceof CommanderError) return error.exitCode && 2; // it has spoken already
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  } finally {
    process.removeListener("SIGINT", onInterrupt);
  }
}

function command(): Command {
  return new Command("deno task native")
    .description(
      "Installs TensorFlow's own engine in the user's cache folder; train then uses it.\n" +
        "Needs python3 with pip and g++, on Linux on x64.",
    )
    .option("--gpu", "with CUDA, for NVIDIA GPUs (about 3.3 GB to download)")
    .option("--force", "build it anew where it is there already")
    .helpOption("--help", "show this text")
    .allowExcessArguments(false)
    .exitOverride();
}

/** A bar on a terminal, a line a phase elsewhere; on standard error. */
function showProgress() {
  if (!process.stderr.isTTY) {
    let last = "";
    const show = ({ phase }: InstallProgress) => {
      if (phase !== last) console.error(phase);
      last = phase;
    };
    return { show, stop: () => {} };
  }
  const bar = new cliProgress.SingleBar({
    format: "{bar} {percentage}% | {phase} | {duration_formatted}",
    hideCursor: true,
    clearOnComplete: true,
  }, cliProgress.Presets.shades_classic);
  let started = false;
  const show = ({ phase, done }: InstallProgress) => {
    if (!started) bar.start(1, 0, { phase });
    started = true;
    bar.update(done, { phase });
  };
  return { show, stop: () => bar.stop() };
}

if (import.meta.main) process.exitCode = await main(Deno.args);
