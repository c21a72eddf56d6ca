/** Nothing of the user's beside any path that a command is given is changed or removed. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { main as cli } from "../../pipeline/cli/main.ts";
import { fixturePath } from "../support/fixtures.ts";
import { inFolder } from "../support/in_folder.ts";
import { bandit, partsOf } from "../support/bandit.ts";

/** What lies in a home folder, and names that a careless program takes for its own. */
const PRECIOUS = [
  "thesis/final.tex",
  "photos/1.jpg",
  ".ssh_key",
  "checkpoints/notes.txt",
  "checkpoints/step-000001.bak/policy.json",
  ...["run", "copy", "merged", "task", "drawn", "report.html", "logs"].flatMap((name) => [
    `${name}.tmp`,
    `${name}.old`,
    `${name}~`,
    `.${name}`,
    `new-${name}`,
    `old-${name}`,
  ]),
];

const QUICK = ["--steps", "2", "--eval-samples", "2", "--batch-size", "2"].concat(
  ["--num-generations", "2", "--save-steps", "1", "--save-total-limit", "1"],
);
const run = (...args: string[]) => cli(args, partsOf(bandit()));

Deno.test("whatever a command is given to read or write, what lies beside it stays", () =>
  inFolder(async (folder) => {
    const home = join(folder, "home"), at = (name: string) => join(home, name);
    for (const name of PRECIOUS) {
      await Deno.mkdir(join(at(name), ".."), { recursive: true });
      await Deno.writeTextFile(at(name), `precious ${name}`);
    }
    const copy = async () => {
      const newest = join(at("run"), "checkpoints", "step-000002");
      await Deno.mkdir(at("copy"));
      for (const { name } of Deno.readDirSync(newest)) {
        await Deno.copyFile(join(newest, name), join(at("copy"), name));
      }
      return 0;
    };
    const commands: Record<string, () => Promise<number>> = {
      "train --out": () => run("train", "--out", at("run"), ...QUICK),
      "train --resume": () => run("train", "--resume", at("run"), "--steps", "3"),
      "train --resume CHECKPOINT": async () =>
        await copy() +
        await run("train", "--resume", at("copy"), "--steps", "4", "--out", at("run2")),
      "train --tensorboard": () =>
        run("train", "--out", at("run3"), "--tensorboard", at("logs"), ...QUICK),
      "sft --out": () => run("sft", "--out", at("run4"), ...QUICK.slice(0, 6)),
      "report --out": () => cli(["report", at("run"), "--out", at("report.html")]),
      report: () => cli(["report", at("run")]),
      init: () => cli(["init", at("task"), "--of", "labels"]),
      "check-data --out": () =>
        cli([
          "check-data",
          "--data",
          `jsonl:${at("task")}/train.jsonl`,
          "--out",
          at("drawn"),
        ]),
      "merge --out": () =>
        cli(["merge", ...["--model", fixturePath("qwen2_vl/tiny-untied")], ...[
          "--adapter",
          fixturePath("qwen2_vl/lora"),
          "--out",
          at("merged"),
        ]]),
    };
    const { log, error } = console, { write } = Deno.stdout;
    const said: string[] = [];
    console.log = console.error = (line: string) => void said.push(line);
    Deno.stdout.write = (bytes) => Promise.resolve(bytes.length);
    try {
      for (const [name, command] of Object.entries(commands)) {
        assert.equal(await command(), 0, `${name}: ${said.join("\n")}`);
        for (const path of PRECIOUS) {
          const text = await Deno.readTextFile(at(path)).catch(() => "gone");
          assert.equal(text, `precious ${path}`, `${path} after ${name}`);
        }
      }
    } finally {
      Object.assign(console, { log, error });
      Deno.stdout.write = write;
    }
  }));
