import type { HeldOutRow } from "../pretrain/held_out.ts";
import type { CliCommand } from "./command.ts";
import { addFlags, type FlagValues, flagValues } from "./flag.ts";

const FLAGS = {
  out: {
    kind: "text",
    value: "folder",
    default: "runs/pretrain",
    about: "Folder of the run",
  },
  seed: { kind: "count", least: 0, default: 1, about: "Seed of data and weights" },
  scale: { kind: "number", least: 0, default: 1, about: "Factor on all step counts" },
  resume: { kind: "switch", default: false, about: "Resume from the run's checkpoint" },
  backend: {
    kind: "choice",
    choices: ["auto", "native", "wasm"],
    default: "auto",
    about: "Engine that computes",
  },
} as const;

/**
 * `deno task pretrain`: trains the embedded model from nothing; a JSON line every ten steps, then
 * held-out figures and the model card.
 */
export const pretrain: CliCommand = {
  declare: (command) => addFlags(command, FLAGS),
  async run(command) {
    const options = flagValues(command, FLAGS);
    const { startBackend } = await import("../../stages/engine/backend.ts");
    const { pretrain } = await import("../pretrain/pretrain.ts");
    const { description } = await startBackend(options.backend);
    console.error(description);
    for await (const line of pretrain(options)) {
      print(line);
      if (line.type !== "done") continue;
      await writeCard(options, description, line.seconds, Number(line.parameters));
    }
    return 0;
  },
};

/** Asks the model held-out questions and writes its README.md. */
async function writeCard(
  { out, seed, scale }: FlagValues<typeof FLAGS>,
  hardware: string,
  seconds: number,
  parameters: number,
): Promise<void> {
  const { heldOutRows } = await import("../pretrain/held_out.ts");
  const { modelCard } = await import("../pretrain/model_card.ts");
  const { stages } = await import("../pretrain/stages.ts");
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
