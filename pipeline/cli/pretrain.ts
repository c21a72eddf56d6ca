/**
 * `deno task pretrain`: trains the embedded model from nothing; a JSON line every ten steps,
 * then held-out figures and the model card.
 *
 * @module
 */
import { Command } from "npm:commander@15.1.0";
import { type BackendName, startBackend } from "../../stages/engine/backend.ts";
import { runCommand } from "./run_command.ts";
import { type HeldOutRow, heldOutRows } from "../pretrain/held_out.ts";
import { modelCard } from "../pretrain/model_card.ts";
import { pretrain } from "../pretrain/pretrain.ts";
import { stages } from "../pretrain/stages.ts";

interface Options {
  readonly out: string;
  readonly seed: number;
  readonly scale: number;
  readonly resume: boolean;
  readonly backend: BackendName;
}

/** Runs the command; resolves to its exit code. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand("pretrain", async () => {
    const options = new Command("deno task pretrain")
      .description("Train the embedded model from nothing.")
      .option("--out <folder>", "folder of the run", "runs/pretrain")
      .option("--seed <n>", "seed of data and weights", Number, 1)
      .option("--scale <x>", "factor on all step counts", Number, 1)
      .option("--resume", "go on from the run's checkpoint", false)
      .option("--backend <name>", "native, wasm or auto", "auto")
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .parse([...args], { from: "user" })
      .opts<Options & Record<string, unknown>>();
    const { description } = await startBackend(options.backend);
    console.error(description);
    for await (const line of pretrain(options)) {
      print(line);
      if (line.type !== "done") continue;
      await writeCard(options, description, line.seconds, Number(line.parameters));
    }
    return 0;
  }, args);
}

/** Asks the model held-out questions and writes its README.md. */
async function writeCard(
  { out, seed, scale }: Options,
  hardware: string,
  seconds: number,
  parameters: number,
): Promise<void> {
  const rows: HeldOutRow[] = [];
  for await (const row of heldOutRows(`${out}/model`)) {
    print({ type: "held-out", ...row });
    rows.push(row);
  }
  const command = `deno task pretrain --seed ${seed}` +
    (scale === 1 ? "" : ` --scale ${scale}`);
  const card = { command, stages: stages(scale), hardware, seconds };
  await Deno.writeTextFile(
    `${out}/model/README.md`,
    modelCard({ ...card, parameters, rows }),
  );
}

function print(line: unknown): void {
  console.log(JSON.stringify(line, shortNumbers));
}

function shortNumbers(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value)
    ? Number(value.toPrecision(5))
    : value;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
