import { dirname, join, relative } from "node:path";
import { getRepoFolderName } from "npm:@huggingface/hub@2.17.5";
import * as v from "npm:valibot@1.5.0";
import { readRegularFile } from "../files/regular_file.ts";
import type { HubFile } from "./hub_file.ts";
import { isSafePath } from "./hub_name.ts";

/**
 * One repository's place in the Hub's cache, laid out as Python's huggingface_hub does it:
 *
 *   models--OWNER--NAME/
 *     refs/REVISION              the commit that a branch or tag was at
 *     trees/COMMIT.json          all files of a commit
 *     blobs/DIGEST               content, once
 *     blobs/DIGEST.incomplete    content that is still on its way
 *     snapshots/COMMIT/PATH      link to a blob
 *   .locks/models--OWNER--NAME/DIGEST.lock
 */
export interface RepoCache {
  /** The repository's own folder. */
  readonly folder: string;
  /** Path of the content with this checksum (hexadecimal). */
  blob(digest: string): string;
  /** Path of the file that is locked while this content is downloaded. */
  lock(digest: string): string;
  /** The folder of a commit's files. */
  snapshot(commit: string): string;
  /** The commit that a branch or tag was at when it was last asked for. */
  readRef(revision: string): Promise<string | undefined>;
  /** Stores the commit that a branch or tag is at. */
  writeRef(revision: string, commit: string): Promise<void>;
  /** All files of a commit; `undefined` if they are not known. */
  readTree(commit: string): Promise<readonly HubFile[] | undefined>;
  /** Stores the list of a commit's files. */
  writeTree(commit: string, files: readonly HubFile[]): Promise<void>;
}

/**
 * The place of a repository in the Hub's cache. Nothing is read or made yet.
 *
 * @param cache The folder of all repositories; see `HubAccess`.
 * @param repo `owner/name`.
 */
export function repoCache(
  cache: string,
  type: "model" | "dataset",
  repo: string,
): RepoCache {
  const name = getRepoFolderName({ type, name: repo });
  const folder = join(cache, name);
  const ref = (revision: string) => join(folder, "refs", revision);
  const tree = (commit: string) => join(folder, "trees", `${commit}.json`);
  return {
    folder,
    blob: (digest) => join(folder, "blobs", digest),
    lock: (digest) => join(cache, ".locks", name, `${digest}.lock`),
    snapshot: (commit) => join(folder, "snapshots", commit),
    readRef: async (revision) => {
      const commit = (await readText(ref(revision)))?.trim();
      return commit !== undefined && isCommit(commit) ? commit : undefined;
    },
    writeRef: (revision, commit) => writeWhole(ref(revision), commit),
    readTree: async (commit) => parseTree(await readText(tree(commit))),
    writeTree: (commit, files) => writeWhole(tree(commit), treeText(files)),
  };
}

/** Whether a revision is a commit's full name. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/**
 * Puts a blob into a snapshot: as a relative link or, if the platform has no links, by moving the
 * file there. Replaces an older file.
 */
export async function link(blob: string, pointer: string): Promise<void> {
  await Deno.mkdir(dirname(pointer), { recursive: true });
  const temporary = temporaryName(pointer);
  try {
    await Deno.symlink(relative(dirname(pointer), blob), temporary);
  } catch (error) {
    if (Deno.build.os !== "windows") throw error;
    await Deno.rename(blob, pointer);
    return;
  }
  await Deno.rename(temporary, pointer);
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const treeSchema = v.object({
  format_version: v.literal(1),
  files: v.record(
    v.pipe(v.string(), v.check(isSafePath)),
    v.object({
      size: count,
      blob_id: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
      lfs_sha256: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
      lfs_size: v.optional(count),
      xet_hash: v.optional(v.string()),
    }),
  ),
});

/** The files that a list names; `undefined` if the list cannot be read. */
function parseTree(text: string | undefined): readonly HubFile[] | undefined {
  if (text === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const tree = v.safeParse(treeSchema, json);
  if (!tree.success) return undefined;
  return Object.entries(tree.output.files).map(([path, entry]) => ({
    path,
    size: entry.size,
    gitSha1: entry.blob_id,
    sha256: entry.lfs_sha256,
    xetHash: entry.xet_hash,
  }));
}

function treeText(files: readonly HubFile[]): string {
  const entries = files.map(({ path, size, gitSha1, sha256, xetHash }) => [path, {
    size,
    blob_id: gitSha1,
    ...sha256 !== undefined && { lfs_sha256: sha256, lfs_size: size },
    ...xetHash !== undefined && { xet_hash: xetHash },
  }]);
  return JSON.stringify(
    { format_version: 1, files: Object.fromEntries(entries) },
    null,
    1,
  );
}

/** Bytes of a list of files, at most. */
const TEXT_LIMIT = 2 ** 26;

async function readText(path: string): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await readRegularFile(path, TEXT_LIMIT));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  if (await readText(path) === text) return;
  await Deno.mkdir(dirname(path), { recursive: true });
  const temporary = temporaryName(path);
  await Deno.writeTextFile(temporary, text);
  await Deno.rename(temporary, path);
}

function temporaryName(path: string): string {
  return `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
}
