import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import type { HubFile } from "./hub_file.ts";
import { type Patience, patiently, SILENCE } from "./patiently.ts";

/** A file to download. */
export interface Download {
  /** The file with its size and checksum. */
  readonly file: HubFile;
  /** Where it is downloaded from. */
  readonly url: string;
  /** Path of the file, once it is complete and checked. */
  readonly target: string;
  /** Sends the requests; see `hubFetch`. */
  readonly fetch: typeof fetch;
  /** How often a broken connection is tried again. */
  readonly patience: Patience;
  /** Ends the download; what was downloaded stays. */
  readonly signal?: AbortSignal;
  /** Called with the number of bytes on the disk. */
  readonly onBytes: (bytes: number) => void;
}

/** Bytes within {@linkcode Patience.silence} of which fewer count as a connection that is cut. */
const SLOWEST = 2 ** 14;

/**
 * Downloads a file piece by piece into `TARGET.incomplete`, from which a later call resumes, and
 * renames it once size and checksum are those that the Hub gives.
 *
 * @throws {Deno.errors.NotConnected} If the connection breaks and does not come back; what
 * was downloaded stays.
 * @throws {Deno.errors.InvalidData} If size or checksum differ from the Hub's, also after a fresh start.
 */
export async function download(job: Download): Promise<void> {
  const { file, target, patience, signal, onBytes } = job;
  const partial = `${target}.incomplete`;
  await Deno.mkdir(dirname(target), { recursive: true });
  await checkPartial(partial);
  let before = sizeOf(partial);
  const resumed = before > 0;
  const progressed = () => {
    // A byte now and then is no progress: the file would take years.
    const after = sizeOf(partial), least = Math.min(SLOWEST, file.size / 100);
    const grown = after > before && after - before >= least;
    before = after;
    return grown;
  };
  const fetchAll = () =>
    patiently(() => fetchRest(job, partial), patience, signal, progressed);
  await fetchAll();
  let digest = await digestOf(partial, file);
  if (digest !== wanted(file) && resumed) {
    // The first part was another program's, or damaged: start again.
    await removePartial(partial);
    onBytes(0);
    await fetchAll();
    digest = await digestOf(partial, file);
  }
  if (digest !== wanted(file)) {
    await removePartial(partial);
    throw new Deno.errors.InvalidData(
      `${file.path} was downloaded with ${
        file.sha256 ? "sha256" : "sha1"
      } ${digest}, but the Hub ` +
        `says ${
          wanted(file)
        }: try again; if it stays so, HF_ENDPOINT gives damaged files`,
    );
  }
  await Deno.rename(partial, target);
}

/**
 * Makes sure that a partial file is this program's own: named after a checksum, and no link or
 * pipe that somebody put in its place, through which another file would be emptied.
 */
async function checkPartial(path: string): Promise<void> {
  const info = await Deno.lstat(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  const isOwn = /^([0-9a-f]{40}|[0-9a-f]{64})\.incomplete$/.test(basename(path));
  if (isOwn && (info === undefined || info.isFile)) return;
  throw new TypeError(`${path} is not a file of an earlier download: remove it by hand`);
}

async function removePartial(path: string): Promise<void> {
  await checkPartial(path);
  await Deno.remove(path);
}

/** One request for what is missing. */
async function fetchRest(
  { file, url, fetch, signal, patience, onBytes }: Download,
  partial: string,
): Promise<void> {
  await checkPartial(partial);
  using output = await Deno.open(partial, { read: true, write: true, create: true });
  let have = (await output.stat()).size;
  if (have > file.size) have = await emptied(output);
  onBytes(have);
  if (have === file.size) return;
  const response = await fetch(url, {
    // Compressed, a range would be one of something else.
    headers: { "accept-encoding": "identity", range: `bytes=${have}-` },
  });
  const total = announced(response);
  if (response.status === 416 || total !== undefined && total !== file.size) {
    await response.body?.cancel();
    await removePartial(partial);
    throw wrongSize(file, total ?? have);
  }
  if (response.status !== 206) have = await emptied(output); // the whole file comes
  await output.seek(have, Deno.SeekMode.Start);
  const reader = response.body!.getReader();
  const pace = paceOf(patience.silence ?? SILENCE);
  try {
    for (;;) {
      const chunk = await nextChunk(reader, file, have, pace(have), signal);
      if (chunk === undefined) break;
      if (have + chunk.length > file.size) {
        await removePartial(partial);
        throw wrongSize(file, have + chunk.length);
      }
      await writeAll(output, chunk, partial, file);
      have += chunk.length;
      onBytes(have);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  await output.sync();
}

async function emptied(file: Deno.FsFile): Promise<0> {
  await file.truncate(0);
  return 0;
}

/** The whole file's size as an answer tells it. */
function announced({ status, headers }: Response): number | undefined {
  const text = status === 200
    ? headers.get("content-length")
    : headers.get("content-range")?.split("/").at(-1);
  const total = Number(text ?? NaN);
  return Number.isSafeInteger(total) ? total : undefined;
}

/** Says how many milliseconds the next piece may take: all pieces of one period share its time. */
function paceOf(silence: number): (have: number) => number {
  let start = performance.now(), at: number | undefined;
  return (have) => {
    at ??= have;
    if (have - at >= SLOWEST) [start, at] = [performance.now(), have];
    return Math.max(0, start + silence - performance.now());
  };
}

/** The next piece; undefined at the file's end. */
async function nextChunk(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  file: HubFile,
  have: number,
  patience: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  const broken = (why: string, cause?: unknown) =>
    new Deno.errors.NotConnected(
      `The connection broke at byte ${have} of ${file.size} of ${file.path} (${why}): ` +
        "run the same command again to resume",
      { cause },
    );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("almost no data arrives")), patience);
  });
  let next: ReadableStreamReadResult<Uint8Array>;
  try {
    next = await Promise.race([reader.read(), silence]);
  } catch (cause) {
    signal?.throwIfAborted();
    throw broken((cause as Error).message, cause);
  } finally {
    clearTimeout(timer);
  }
  if (!next.done) return next.value;
  if (have < file.size) throw broken("it ended early");
  return undefined;
}

async function writeAll(
  output: Deno.FsFile,
  bytes: Uint8Array,
  path: string,
  { size }: HubFile,
): Promise<void> {
  try {
    for (let done = 0; done < bytes.length;) {
      done += await output.write(bytes.subarray(done));
    }
  } catch (cause) {
    throw new Error(
      `${path} cannot be written (${
        (cause as Error).message
      }): it takes ${size} bytes; ` +
        "make room, or name another disk's folder in HF_HUB_CACHE, and run the same command again",
      { cause },
    );
  }
}

function wrongSize(file: HubFile, size: number): Error {
  return new Deno.errors.InvalidData(
    `${file.path} has ${size} bytes or more, but the Hub says ${file.size}: try again; ` +
      "if it stays so, HF_ENDPOINT gives damaged files",
  );
}

function wanted({ sha256, gitSha1 }: HubFile): string {
  return sha256 ?? gitSha1;
}

/** The file's checksum, of the kind that the Hub names. */
async function digestOf(path: string, { sha256, size }: HubFile): Promise<string> {
  const hash = createHash(sha256 === undefined ? "sha1" : "sha256");
  if (sha256 === undefined) hash.update(`blob ${size}\0`); // as git does it
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0;
  }
}
