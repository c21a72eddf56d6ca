import { join } from "node:path";
import * as v from "npm:valibot@1.5.0";

/** A package as deno.lock fixes it. */
export interface LockedPackage {
  /** Its place in deno.lock: name, version and the peers that it was resolved with. */
  readonly key: string;
  readonly name: string;
  readonly version: string;
  /** `sha512-` and the hash of its archive, in base 64. */
  readonly integrity: string;
  /** Keys of what it needs; on this platform some may not be installed. */
  readonly dependencies: readonly string[];
  /** Whether it asks to run a program when it is installed, which Deno does not let it. */
  readonly hasScripts: boolean;
  /** As its package.json says; missing if it is not installed on this platform, or not said. */
  readonly license?: string;
}

const names = v.optional(v.array(v.string()), []);
const lock = v.object({
  version: v.literal("5", "version 5, as Deno 2.9 writes it"),
  npm: v.record(
    v.string(),
    v.object({
      integrity: v.string(),
      dependencies: names,
      optionalDependencies: names,
      scripts: v.optional(v.boolean(), false),
    }),
  ),
});

/**
 * All packages of a project's deno.lock, by key, with the licences of those that are installed.
 *
 * @param folder Of deno.lock and node_modules.
 * @throws {Error} If deno.lock is missing or not of version 5.
 */
export async function lockedPackages(folder: string): Promise<LockedPackage[]> {
  const text = await Deno.readTextFile(join(folder, "deno.lock"));
  const { npm } = v.parse(lock, JSON.parse(text));
  const keys = Object.keys(npm);
  return await Promise.all(
    keys.sort().map(async (key): Promise<LockedPackage> => {
      const { integrity, dependencies, optionalDependencies, scripts } = npm[key]!;
      const { name, version } = named(key);
      return {
        ...{ key, name, version, integrity },
        dependencies: [...new Set([...dependencies, ...optionalDependencies])]
          .flatMap((wanted) => keyOf(wanted, keys)),
        hasScripts: scripts,
        license: await licenseOf(folder, name, version),
      };
    }),
  );
}

/** `@scope/name@1.0.0_peer@2.0.0` is version 1.0.0 of `@scope/name`. */
function named(key: string): { readonly name: string; readonly version: string } {
  const [, name, version] = /^(@?[^@]+)@([^_]+)/.exec(key) ?? [];
  if (name && version) return { name, version };
  throw new Error(
    `deno.lock: ${JSON.stringify(key)} is not a name and version of a package`,
  );
}

/** A dependency is written without its version if there is only one, and always without its peers. */
function keyOf(wanted: string, keys: readonly string[]): string[] {
  const exact = keys.filter((key) => key === wanted);
  if (exact.length > 0) return exact;
  return keys.filter((key) =>
    key.startsWith(`${wanted}@`) || key.startsWith(`${wanted}_`)
  );
}

async function licenseOf(
  folder: string,
  name: string,
  version: string,
): Promise<string | undefined> {
  const own = `${name.replaceAll("/", "+")}@${version}`;
  const path = join(folder, "node_modules/.deno", own, "node_modules", name);
  const text = await Deno.readTextFile(join(path, "package.json")).catch(() => undefined);
  if (text === undefined) return undefined;
  const { license } = JSON.parse(text);
  return typeof license === "string" ? license : undefined;
}
