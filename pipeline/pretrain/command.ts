/**
 * `deno task pretrain`: trains the embedded model from nothing; a JSON line every ten steps.
 *
 * @module
 */
import { Command } from "commander";
import process from "node:process";
import { type BackendName, startBackend } from "../../stages/policy/backend.ts";
import { pretrain } from "./pretrain.ts";

const { out, seed, scale, resume, backend } = new Command("pretrain")
  .description("Train the embedded model from nothing.")
  .option("--out <folder>", "folder of the run", "runs/pretrain")
  .option("--seed <n>", "seed of data and weights", Number, 1)
  .option("--scale <x>", "factor on all step counts", Number, 1)
  .option("--resume", "go on from the run's checkpoint", false)
  .option("--backend <name>", "native, wasm or auto", "auto")
  .parse(process.argv)
  .opts<
    { out: string; seed: number; scale: number; resume: boolean; backend: BackendName }
  >();

console.error((await startBackend(backend)).description);
for await (const line of pretrain({ out, seed, scale, resume })) {
  console.log(
    JSON.stringify(
      line,
      (_key, value) =>
        typeof value === "number" && !Number.isInteger(value)
          ? Number(value.toPrecision(5))
          : value,
    ),
  );
}
