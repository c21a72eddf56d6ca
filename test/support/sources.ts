/** The project's own source files and their imports, for the tests of its architecture. */
import { dirname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the project lies. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The layers, each of which imports from itself and from those before it. */
export const LAYERS = ["data", "stages", "pipeline"] as const;

/** An import or re-export as it stands in a file, of types too. */
export interface Import {
  readonly file: string;
  /** A path from the root, or a package's name. */
  readonly of: string;
}

/** The TypeScript files in a folder and below, as paths from the root. */
export function* sourcesIn(folder: string): Generator<string> {
  const entries = [...Deno.readDirSync(join(ROOT, folder))];
  for (const { name, isDirectory } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    if (isDirectory) yield* sourcesIn(posix.join(folder, name));
    else if (name.endsWith(".ts")) yield posix.join(folder, name);
  }
}

/** All TypeScript files of the layers. */
export function sources(): string[] {
  return LAYERS.flatMap((layer) => [...sourcesIn(layer)]);
}

/** A file without its comments. */
export function codeOf(file: string): string {
  return Deno.readTextFileSync(join(ROOT, file))
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/\s\/\/ .*$/gm, "");
}

/** What a file imports; examples in comments do not count. */
export function importsOf(file: string): Import[] {
  const found = codeOf(file).matchAll(
    /(?:^(?:import|export)\b[^;"]*?\bfrom|\bimport\s*\(?)\s*"([^"]+)"/gm,
  );
  return [...found].map(([, of]) => ({
    file,
    of: of!.startsWith(".") ? relative(ROOT, join(ROOT, dirname(file), of!)) : of!,
  }));
}

/** What is loaded with a file: not what is imported for its types, nor what is imported later. */
export function loadedWith(file: string): { files: Set<string>; packages: Set<string> } {
  const packages = new Set<string>(), files = new Set<string>();
  const visit = (path: string) => {
    if (files.has(path)) return;
    files.add(path);
    for (const [, names, of] of codeOf(path).matchAll(STATIC)) {
      const isOfTypes = /^\{(\s*type \w+,?)*\s*\}/.test(names!.trim());
      if (isOfTypes) continue;
      if (!of!.startsWith(".")) packages.add(of!);
      else if (of!.endsWith(".ts")) {
        visit(relative(ROOT, join(ROOT, dirname(path), of!)));
      }
    }
  };
  visit(file);
  return { files, packages };
}

const STATIC = /^(?:import|export)\s+(?!type\b)([^;"]*?)\bfrom "([^"]+)"/gm;
