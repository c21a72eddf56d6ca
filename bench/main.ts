/**
 * `deno task bench`: runs every other program of this folder, one after the other, but for
 * scale.ts, which wants 20 GiB of memory and 5 GB of disk: `deno task bench:scale`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

const NOT_HERE = ["main.ts", "scale.ts"];
const names: string[] = [];
for await (const { name } of Deno.readDir(new URL(".", import.meta.url))) {
  if (name.endsWith(".ts") && !NOT_HERE.includes(name)) names.push(name);
}
for (const name of names.sort()) {
  console.log(`\n# ${name}\n`);
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", fileURLToPath(new URL(name, import.meta.url)), ...Deno.args],
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (code !== 0) Deno.exit(code);
}
