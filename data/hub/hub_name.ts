/** A repository of the Hub, as the options `model` and `data` name it. */
export interface HubName {
  /** `owner/name`. */
  readonly repo: string;
  /** A branch, a tag or a commit. Default: "main". */
  readonly revision?: string;
}

/**
 * Reads `owner/name[@revision]`; `undefined` if the text is no such name, for instance a path with
 * more parts or with a dot in front.
 *
 * @example
 * ```ts
 * import { hubName } from "./hub_name.ts";
 *
 * hubName("Qwen/Qwen2-VL-2B-Instruct@main");
 * // { repo: "Qwen/Qwen2-VL-2B-Instruct", revision: "main" }
 * hubName("./models/mine"); // undefined
 * ```
 */
export function hubName(text: string): HubName | undefined {
  const [, repo, revision] = NAME.exec(text) ?? [];
  if (repo === undefined || /--|\.\./.test(repo) || repo.endsWith(".git")) {
    return undefined;
  }
  if (revision === undefined) return { repo };
  return isSafePath(revision) ? { repo, revision } : undefined;
}

const NAME = /^(\w[\w.-]*\/\w[\w.-]*)(?:@(\S+))?$/;

/**
 * Whether a path from the Hub stays inside of the folder that it is put into, on every
 * platform: no absolute path, no drive, no `..`, no backslash.
 */
export function isSafePath(path: string): boolean {
  return path !== "" && !/[\\:\0]/.test(path) &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
