import { fileURLToPath } from "node:url";
import type { HostileCase } from "../case.ts";

const EMBEDDED = new URL("../../../data/emoji/model/", import.meta.url);

/** The embedded model's folder, in which a case changes files. */
export interface Model {
  readonly folder: string;
  /** Writes a file, in place of the one of this name. */
  write(name: string, content: unknown): Promise<void>;
  /** Puts a named pipe in a file's place. */
  pipe(name: string): Promise<void>;
  /** Puts a link in a file's place. */
  link(name: string, target: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Questions that any model folder can be asked, with little work. */
const QUESTIONS = [
  ["--data", "emoji:classification,artist=openmoji,categories=20", "--eval-samples", "2"],
  ["--max-completion-length", "12", "--backend", "wasm", "--json"],
].flat();

/** A case that evaluates the embedded model after `change`. */
export function modelCase(
  kind: string,
  name: string,
  outcome: HostileCase["outcome"],
  change: (model: Model) => unknown,
): HostileCase {
  return {
    kind,
    name,
    outcome,
    make: async (folder) => {
      await change(await copyModel(folder));
      return ["evaluate", "--model", folder, ...QUESTIONS];
    },
  };
}

/** A case that evaluates the embedded model with an adapter that `write` makes. */
export function adapterCase(
  name: string,
  outcome: HostileCase["outcome"],
  write: (adapter: Model) => unknown,
): HostileCase {
  return {
    kind: "adapter",
    name,
    outcome,
    make: async (folder) => {
      await write(changes(folder));
      return ["evaluate", "--adapter", folder, ...QUESTIONS];
    },
  };
}

/** The embedded model in `folder`; files stay links until they are changed. */
export async function copyModel(folder: string): Promise<Model> {
  for (const { name } of Deno.readDirSync(EMBEDDED)) {
    if (name === "README.md") continue;
    await Deno.symlink(fileURLToPath(new URL(name, EMBEDDED)), `${folder}/${name}`);
  }
  return changes(folder);
}

function changes(folder: string): Model {
  const remove = (name: string) => Deno.remove(`${folder}/${name}`).catch(() => {});
  return {
    folder,
    remove,
    async write(name, content) {
      await remove(name);
      const bytes = content instanceof Uint8Array ? content : new TextEncoder().encode(
        typeof content === "string" ? content : JSON.stringify(content),
      );
      await Deno.writeFile(`${folder}/${name}`, bytes);
    },
    async pipe(name) {
      await remove(name);
      await new Deno.Command("mkfifo", { args: [`${folder}/${name}`] }).output();
    },
    async link(name, target) {
      await remove(name);
      await Deno.symlink(target, `${folder}/${name}`);
    },
  };
}

/** A JSON file of the embedded model; a new copy at each call. */
// deno-lint-ignore no-explicit-any -- its form is what a case breaks
export function embeddedJson(name: string): any {
  return JSON.parse(Deno.readTextFileSync(new URL(name, EMBEDDED)));
}

/** A file of the embedded model. */
export function embeddedBytes(name: string): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(new URL(name, EMBEDDED));
}
