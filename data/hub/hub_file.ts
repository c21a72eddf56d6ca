import { datasetInfo, listFiles, modelInfo } from "npm:@huggingface/hub@2.17.5";
import * as v from "npm:valibot@1.5.0";
import { boundedFetch } from "./bounded_fetch.ts";
import type { Asked } from "./hub_fetch.ts";
import { isSafePath } from "./hub_name.ts";

/** A file of a repository at one commit. */
export interface HubFile {
  /** In the repository, with slashes. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Git's name of it; of a large file's pointer. */
  readonly gitSha1: string;
  /** Of a large file's content. */
  readonly sha256?: string;
  /** The Hub's other name of a large file. */
  readonly xetHash?: string;
}

/** How the Hub is asked. */
export interface HubClient {
  /** Address of the Hub, without a slash at the end. */
  readonly endpoint: string;
  /** Sends the requests; see `hubFetch`. */
  readonly fetch: typeof fetch;
}

/** The commit that a revision is at. */
export async function askCommit(
  { endpoint, fetch }: HubClient,
  { repo, type, revision }: Asked,
): Promise<string> {
  const options = {
    ...{ name: repo, revision, hubUrl: endpoint },
    fetch: boundedFetch(fetch, endpoint),
  };
  const answer = await wellFormed<unknown>(
    endpoint,
    () =>
      type === "model"
        ? modelInfo({ ...options, additionalFields: ["sha"] })
        : datasetInfo({ ...options, additionalFields: ["sha"] }),
  );
  return checked(v.object({ sha: hex(40) }), answer, endpoint).sha;
}

/** Files of a repository, at most. */
const MOST_FILES = 100_000;

/**
 * All files of a commit.
 *
 * @throws {Deno.errors.InvalidData} If the list does not end, or has more than 100,000 files.
 */
export async function askFiles(
  { endpoint, fetch }: HubClient,
  { repo, type }: Asked,
  commit: string,
): Promise<HubFile[]> {
  const listed = listFiles({
    repo: { type, name: repo },
    revision: commit,
    recursive: true,
    hubUrl: endpoint,
    fetch: boundedFetch(fetch, endpoint),
  });
  const entries = await wellFormed(endpoint, async () => {
    const entries = [];
    for await (const entry of listed) {
      if (entries.push(entry) <= MOST_FILES) continue;
      throw new Deno.errors.InvalidData(
        `${repo} has more than ${MOST_FILES} files: fetch what you need by hand, and give its ` +
          "folder",
      );
    }
    return entries;
  });
  return entries.filter((entry) => entry.type === "file").map((entry) => {
    const { path, size, oid, lfs, xetHash } = checked(entrySchema, entry, endpoint);
    return { path, size: lfs?.size ?? size, gitSha1: oid, sha256: lfs?.oid, xetHash };
  });
}

const hex = (digits: number) =>
  v.pipe(
    v.string(),
    v.regex(new RegExp(`^[0-9a-f]{${digits}}$`), `${digits} hexadecimal digits expected`),
  );
const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const entrySchema = v.object({
  path: v.pipe(
    v.string(),
    v.check(isSafePath, "a path inside of the repository expected"),
  ),
  size,
  oid: hex(40),
  lfs: v.optional(v.object({ oid: hex(64), size })),
  xetHash: v.optional(v.string()),
});

function checked<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  endpoint: string,
): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new SyntaxError(
    `${endpoint} does not answer as the Hub does (${v.getDotPath(issue)}: ` +
      `${issue.message}): check HF_ENDPOINT`,
  );
}

/** What is not JSON is no answer of the Hub's. */
async function wellFormed<T>(endpoint: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw new SyntaxError(
      `${endpoint} does not answer as the Hub does (${error.message}): check HF_ENDPOINT`,
      { cause: error },
    );
  }
}
