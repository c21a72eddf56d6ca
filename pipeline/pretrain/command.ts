/**
 * `deno task pretrain`: trains the embedded model from nothing; a JSON line every ten steps,
 * then held-out figures and the model card.
 *
 * @module
 */
import { Command } from "commander";
import process from "node:process";
import { type BackendName, startBackend } from "../../stages/policy/backend.ts";
import { type HeldOutRow, heldOutRows } from "./held_out.ts";
import { modelCard } from "./model_card.ts";
import { pretrain } from "./pretrain.ts";
import { stages } from "./stages.ts";

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

const { description } = await startBackend(backend);
console.error(description);
const print = (line: unknown) => console.log(JSON.stringify(line, shortNumbers));
for await (const line of pretrain({ out, seed, scale, resume })) {
  print(line);
  if (line.type === "done") await writeCard(line.seconds, Number(line.parameters));
}

/** Asks the model held-out questions and writes its README.md. */
async function writeCard(seconds: number, parameters: number): Promise<void> {
  const rows: HeldOutRow[] = [];
  for await (const row of heldOutRows(`${out}/model`)) {
    print({ type: "held-out", ...row });
    rows.push(row);
  }
  const command = `deno task pretrain --seed ${seed}` +
    (scale === 1 ? "" : ` --scale ${scale}`);
  const card = { command, stages: stages(scale), hardware: description, seconds };
  await Deno.writeTextFile(
    `${out}/model/README.md`,
    modelCard({ ...card, parameters, rows }),
  );
}

function shortNumbers(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value)
    ? Number(value.toPrecision(5))
    : value;
}
