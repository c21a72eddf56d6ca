import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import deno from "../../../deno.json" with { type: "json" };
import { COMMANDS } from "../../../pipeline/cli/commands.ts";
import { parse, parserOf } from "../../../pipeline/cli/command.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const listed = Object.values(COMMANDS).flatMap((group) => Object.entries(group));

Deno.test("every command is a task, a line onto main.ts with the command's sentence", () => {
  const tasks: Readonly<Record<string, { description: string; command: string }>> =
    deno.tasks;
  for (const [name, { about }] of listed) {
    assert.equal(tasks[name]?.description, about, name);
    assert.match(tasks[name]!.command, / pipeline\/cli\/main\.ts \S+$/, name);
    assert.ok(tasks[name]!.command.endsWith(` ${name}`), name);
  }
  for (const [name, { command, description }] of Object.entries(tasks)) {
    assert.ok(description.length > 0, name);
    const [, called] = /pipeline\/cli\/main\.ts (\S+)/.exec(command) ?? [];
    if (called === undefined || called === "--help") continue;
    assert.ok(listed.some(([known]) => known === called), name);
  }
});

Deno.test("--help of every command prints its sentence and flags, and does nothing else", async () => {
  for (const [name, { about, load }] of listed) {
    const printed = parse(parserOf(name, about, await load()), ["--help"]);
    assert.match(printed!, new RegExp(`^Usage: deno task ${name} `));
    assert.ok(printed!.replace(/\s+/g, " ").includes(about), name);
    assert.match(printed!, /-h, --help +Show this help/);
  }
});

/** The files and packages that a file needs as soon as it is loaded. */
function loadedWith(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  if (!file.endsWith(".ts")) return found;
  const text = Deno.readTextFileSync(join(ROOT, file)).replace(/\/\*[\s\S]*?\*\//g, "");
  const needed = text.matchAll(
    /^(?:import|export) (?!type )(?:[^"();=]*? from )?"([^"]+)"/gm,
  );
  for (const [, of] of needed) {
    if (!of!.startsWith(".")) found.add(of!);
    else loadedWith(relative(ROOT, join(ROOT, dirname(file), of!)), found);
  }
  return found;
}

Deno.test("help and faults in flags load neither tensors nor images", () => {
  assert.ok(
    [...loadedWith("stages/engine/backend.ts")].some((one) => one.includes("tensorflow")),
  );
  for (const { name } of Deno.readDirSync(join(ROOT, "pipeline/cli"))) {
    const heavy = [...loadedWith(`pipeline/cli/${name}`)]
      .filter((one) => /^npm:(@tensorflow|sharp|@iconify|@lobehub)/.test(one));
    assert.deepEqual(heavy, [], name);
  }
});
