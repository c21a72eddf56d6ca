/**
 * Packs the project for Node 24: `deno pack` writes JavaScript and types, and this changes what
 * Node reads differently. docs/importing.md says what works there.
 *
 *     deno task pack FILE
 *
 * @module
 */
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import deno from "../deno.json" with { type: "json" };

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Stands for `Deno` in modules that use it, so that its lack is told where it matters. */
const STAND_IN = `export const Deno = globalThis.Deno ?? new Proxy({}, {
  get(_, name) {
    throw new Error(
      \`this function uses Deno.\${String(name)}, which Node does not have: run it with Deno\`,
    );
  },
});
`;
const STAND_IN_FILE = "deno_in_node.js";

const TEXT_IMPORT = /\bfrom "(\.[^"]+)" with \{\s*type: "text"\s*\}/g;

/** The files that a module imports as text, relative to it. */
export function textImports(code: string): string[] {
  return [...code.matchAll(TEXT_IMPORT)].map(([, specifier]) => specifier!);
}

/**
 * A module of the package as Node reads it: text comes from a module beside the file of text, and
 * `Deno` from a stand-in.
 *
 * @param path From the package's folder on.
 */
export function forNode(path: string, code: string): string {
  const adapted = code.replaceAll(TEXT_IMPORT, 'from "$1.text.js"');
  if (!/\bDeno\./.test(code)) return adapted;
  const standIn = relative(dirname(path), STAND_IN_FILE).replaceAll("\\", "/");
  const specifier = standIn.startsWith(".") ? standIn : `./${standIn}`;
  return `import { Deno } from "${specifier}";\n${adapted}`;
}

/** The versions of dependencies as deno.json fixes them. */
export function exactVersions(names: readonly string[]): Record<string, string> {
  const imports: Readonly<Record<string, string>> = deno.imports;
  return Object.fromEntries(names.map((name) => {
    const specifier = imports[name];
    if (specifier === undefined) throw new Error(`deno.json does not import ${name}`);
    return [name, specifier.slice(`npm:${name}@`.length)];
  }));
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd: ROOT,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) {
    throw new Error(`${command} ${args[0]} fails: ${new TextDecoder().decode(stderr)}`);
  }
}

/** Files of a folder, from it on. */
async function* files(folder: string, under = ""): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(join(folder, under))) {
    const path = join(under, name);
    if (isDirectory) yield* files(folder, path);
    else yield path;
  }
}

/** Rewrites the files that `deno pack` has made. */
async function adapt(folder: string): Promise<void> {
  for (const path of await Array.fromAsync(files(folder))) {
    const file = join(folder, path);
    if (/(?<!\.d)\.ts$/.test(path)) await Deno.remove(file); // Node runs no types in a package
    if (!path.endsWith(".js")) continue;
    const code = await Deno.readTextFile(file);
    for (const specifier of textImports(code)) {
      const text = join(dirname(file), specifier);
      const module = `export default ${JSON.stringify(await Deno.readTextFile(text))};\n`;
      await Deno.writeTextFile(`${text}.text.js`, module);
    }
    await Deno.writeTextFile(file, forNode(path, code));
  }
  await Deno.writeTextFile(join(folder, STAND_IN_FILE), STAND_IN);
  await Deno.copyFile(join(ROOT, "deno.json"), join(folder, "deno.json")); // names the version
  const path = join(folder, "package.json");
  const { dependencies, ...rest } = JSON.parse(await Deno.readTextFile(path));
  const manifest = {
    ...rest,
    engines: { node: ">=24" },
    dependencies: exactVersions(Object.keys(dependencies)),
  };
  await Deno.writeTextFile(path, JSON.stringify(manifest, null, 2) + "\n");
}

/**
 * Writes the package.
 *
 * @param output The tarball, relative to the working folder.
 * @throws {Error} If `deno pack` or `tar` fails.
 */
export async function packForNode(output: string): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const packed = join(folder, "packed.tgz");
    await run(Deno.execPath(), [
      ...["pack", "-q", "--allow-dirty", "--no-source-maps", "-o", packed],
    ]);
    await run("tar", ["-xzf", packed, "-C", folder]);
    await adapt(join(folder, "package"));
    await run("tar", ["-czf", resolve(output), "-C", folder, "package"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await packForNode(Deno.args[0] ?? "visual-rft.tgz");
