import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type HubAccess, hubAccess } from "./access.ts";
import { isCommit, link, type RepoCache, repoCache } from "./cache.ts";
import { download } from "./download.ts";
import { askCommit, askFiles, type HubFile } from "./hub_file.ts";
import { type Asked, hubFetch } from "./hub_fetch.ts";
import { neededFiles } from "./needed_files.ts";
import { isThere } from "../files/is_there.ts";
import { type Patience, PATIENT, patiently } from "./patiently.ts";

/** What to fetch from the Hub. */
export interface SnapshotOptions {
  /** `owner/name`. */
  readonly repo: string;
  /** What kind of repository it is. */
  readonly type: "model" | "dataset";
  /** A branch, a tag or a commit. Default: "main". */
  readonly revision?: string;
  /**
   * Which files, by their path in the repository. Default: of a model what a model folder holds
   * (configuration, tokenizer, safetensors), of a data set its parquet files.
   */
  readonly files?: (path: string) => boolean;
  /** Aborts the download. */
  readonly signal?: AbortSignal;
  /** Called when a file begins and grows; never if all files are in the cache. */
  readonly onProgress?: (progress: SnapshotProgress) => void;
  /** Called with a sentence for people if the Hub cannot be reached and the cache is used. */
  readonly onNotice?: (message: string) => void;
  /** How often a broken connection is tried again. Default: until five attempts in a row fail. */
  readonly patience?: Patience;
}

/** Callbacks of a download, and a signal that ends it. */
export type Fetching = Pick<SnapshotOptions, "signal" | "onProgress" | "onNotice">;

/** How far a download has come. */
export interface SnapshotProgress {
  /** The repository, `owner/name`. */
  readonly repo: string;
  /** The file's path in its repository. */
  readonly file: string;
  /** Bytes that are on the disk, of all files together. */
  readonly done: number;
  /** Bytes of all files together. */
  readonly total: number;
}

/**
 * A local folder with the files of a repository of the Hub at one revision. Files that are missing
 * are downloaded into the Hub's own cache, which Python's libraries share; an interrupted download
 * resumes where it stopped. A cached file of the right size is used as it is; a downloaded one is
 * checked against its checksum first.
 *
 * HF_HUB_CACHE, HF_HOME, HF_TOKEN, HF_ENDPOINT and HF_HUB_OFFLINE mean what they mean to
 * Python's huggingface_hub.
 *
 * @throws {Deno.errors.NotFound} If there is no such repository or revision, or if HF_HUB_OFFLINE
 * is set and the cache lacks a file.
 * @throws {Deno.errors.PermissionDenied} If the token is missing or not sufficient.
 * @throws {Deno.errors.NotConnected} If the Hub cannot be reached and the cache lacks a file.
 * @throws {Deno.errors.InvalidData} If size or checksum differ from the Hub's.
 * @throws {SyntaxError} If the repository has none of the files that are needed.
 * @throws {RangeError} If the disk has too little space left.
 *
 * @example
 * ```ts
 * import { snapshot } from "./snapshot.ts";
 *
 * function fetchModel() {
 *   return snapshot({ repo: "Qwen/Qwen2-VL-2B-Instruct", type: "model" });
 * }
 * ```
 */
export async function snapshot(options: SnapshotOptions): Promise<string> {
  const { repo, type, revision = "main" } = options;
  const access = hubAccess();
  const asked = { repo, type, revision };
  const cache = repoCache(access.cache, type, repo);
  if (access.offline) {
    return await cachedSnapshot(cache, options, (lack) =>
      new Deno.errors.NotFound(
        `HF_HUB_OFFLINE is set, and ${lack}: unset it, or fetch ${repo} first`,
      ));
  }
  let found: Found;
  try {
    found = await findFiles(access, cache, asked, options);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotConnected)) throw error;
    const folder = await cachedSnapshot(cache, options, () => error);
    options.onNotice?.(`${error.message}; ${repo} is taken from the cache as it is`);
    return folder;
  }
  await fetchFiles(access, cache, asked, found, options);
  return cache.snapshot(found.commit);
}

interface Found {
  readonly commit: string;
  readonly files: readonly HubFile[];
}

async function findFiles(
  access: HubAccess,
  cache: RepoCache,
  asked: Asked,
  { signal, patience = PATIENT, files }: SnapshotOptions,
): Promise<Found> {
  const { revision } = asked;
  const client = {
    endpoint: access.endpoint,
    fetch: hubFetch(access, asked, signal, patience.silence),
  };
  const ask = <T>(question: () => Promise<T>) => patiently(question, patience, signal);
  const commit = isCommit(revision)
    ? revision
    : await ask(() => askCommit(client, asked));
  if (commit !== revision) await cache.writeRef(revision, commit);
  let tree = await cache.readTree(commit); // a commit's files never change
  if (tree === undefined) {
    tree = await ask(() => askFiles(client, asked, commit));
    await cache.writeTree(commit, tree);
  }
  return { commit, files: chosen(tree, asked, files) };
}

function chosen(
  tree: readonly HubFile[],
  { type, repo, revision }: Pick<Asked, "type" | "repo" | "revision">,
  files?: (path: string) => boolean,
): HubFile[] {
  if (files) return tree.filter(({ path }) => files(path));
  const paths = tree.map(({ path }) => path);
  const needed = new Set(neededFiles(type, paths, `${repo}@${revision}`));
  return tree.filter(({ path }) => needed.has(path));
}

async function fetchFiles(
  access: HubAccess,
  cache: RepoCache,
  asked: Asked,
  { commit, files }: Found,
  { signal, patience = PATIENT, onProgress }: SnapshotOptions,
): Promise<void> {
  const { repo, type } = asked;
  const folder = cache.snapshot(commit);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const missing: HubFile[] = [];
  for (const file of files) {
    if (await hasSize(join(folder, file.path), file.size)) done += file.size;
    else missing.push(file);
  }
  await Deno.mkdir(folder, { recursive: true });
  await checkRoom(folder, missing.reduce((sum, { size }) => sum + size, 0), repo);
  for (const file of missing) {
    signal?.throwIfAborted();
    const digest = file.sha256 ?? file.gitSha1;
    const blob = cache.blob(digest);
    const path = file.path.split("/").map(encodeURIComponent).join("/");
    const kind = type === "dataset" ? "datasets/" : "";
    await alone(cache.lock(digest), async () => {
      if (!(await hasSize(blob, file.size))) {
        await download({
          file,
          url: `${access.endpoint}/${kind}${repo}/resolve/${commit}/${path}`,
          target: blob,
          fetch: hubFetch(access, asked, signal, patience.silence),
          patience,
          signal,
          onBytes: (bytes) =>
            onProgress?.({ repo, file: file.path, done: done + bytes, total }),
        });
      }
      await link(blob, join(folder, file.path));
    });
    done += file.size;
  }
}

/** Refuses a download that does not fit on the disk, before it starts. */
async function checkRoom(folder: string, bytes: number, repo: string): Promise<void> {
  const room = await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => Infinity,
  );
  if (bytes <= room) return;
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
  throw new RangeError(
    `${repo} needs ${gigabytes(bytes)} GB, and ${
      gigabytes(room)
    } GB are free at ${folder}: ` +
      "make room, or name another disk's folder in HF_HUB_CACHE",
  );
}

/**
 * The folder of a snapshot that was downloaded before, if all of its files are there. If the cache
 * has no list of them, as older tools leave it, the folder counts as complete if it has what a run
 * reads.
 *
 * @param refuse Makes the error if something is missing.
 */
async function cachedSnapshot(
  cache: RepoCache,
  { repo, type, revision = "main", files }: SnapshotOptions,
  refuse: (lack: string) => Error,
): Promise<string> {
  const commit = isCommit(revision) ? revision : await cache.readRef(revision);
  const folder = commit && cache.snapshot(commit);
  if (!folder || !(await isThere(folder, "folder"))) {
    throw refuse(`${repo}@${revision} is not in the cache ${dirname(cache.folder)}`);
  }
  const tree = await cache.readTree(commit);
  if (tree === undefined) {
    const paths = await pathsIn(folder);
    if (files) return folder;
    neededFiles(type, paths, folder);
    return folder;
  }
  for (const { path, size } of chosen(tree, { repo, type, revision }, files)) {
    if (await hasSize(join(folder, path), size)) continue;
    throw refuse(`the cache ${folder} lacks ${path} of ${repo}@${revision}`);
  }
  return folder;
}

/** Files below a folder, with slashes; links that lead nowhere are none. */
async function pathsIn(folder: string, prefix = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const info = await Deno.stat(join(folder, name)).catch(() => undefined);
    if (info?.isFile) paths.push(prefix + name);
    if (info?.isDirectory) {
      paths.push(...await pathsIn(join(folder, name), `${prefix}${name}/`));
    }
  }
  return paths.sort();
}

async function hasSize(path: string, size: number): Promise<boolean> {
  const info = await Deno.stat(path).catch(() => undefined);
  return info?.isFile === true && info.size === size;
}

/** Runs a task while no other program holds the lock; file systems without locks have none. */
async function alone(path: string, task: () => Promise<void>): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  using file = await Deno.open(path, { write: true, create: true });
  await file.lock(true).catch(() => {});
  await task();
}
