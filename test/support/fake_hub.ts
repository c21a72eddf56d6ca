import { createHash } from "node:crypto";
import process from "node:process";

/** A repository as the Hub would hold it. */
export interface FakeRepo {
  readonly repo: string;
  readonly type: "model" | "dataset";
  readonly commit: string;
  /** Content by path; what is longer than 100 bytes counts as a large file. */
  readonly files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
}

/** An answer in place of the usual one; undefined leaves that. */
export type Twist = (request: Request) => Response | undefined;

/** A server on 127.0.0.1 that answers as the Hub does. */
export interface FakeHub {
  readonly endpoint: string;
  /** `METHOD PATH RANGE`, in order. */
  readonly requests: string[];
  /** Authorization headers by origin. */
  readonly tokens: { readonly hub: Set<string>; readonly storage: Set<string> };
  twist: Twist;
}

const digest = (algorithm: string, ...parts: (string | Uint8Array)[]) => {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

/** The names that a content has: git's, and a large file's. */
export function namesOf(content: Uint8Array) {
  return {
    gitSha1: digest("sha1", `blob ${content.length}\0`, content),
    sha256: digest("sha256", content),
    large: content.length > 100,
  };
}

/** Runs a test beside a server for one repository, with an empty cache folder. */
export async function withHub(
  { repo, type, commit, files }: FakeRepo,
  test: (hub: FakeHub, cache: string) => Promise<void>,
): Promise<void> {
  const cache = await Deno.makeTempDir();
  const hub = {
    endpoint: "",
    requests: [] as string[],
    tokens: { hub: new Set<string>(), storage: new Set<string>() },
    twist: (() => undefined) as Twist,
  };
  const note = (request: Request, tokens: Set<string>) => {
    const range = request.headers.get("range") ?? "";
    hub.requests.push(
      `${request.method} ${new URL(request.url).pathname} ${range}`.trim(),
    );
    tokens.add(request.headers.get("authorization") ?? "none");
  };
  // Large files come from elsewhere, as they do from the Hub.
  const storage = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => {
      note(request, hub.tokens.storage);
      const path = decodeURIComponent(new URL(request.url).pathname.slice(1));
      return hub.twist(request) ?? ranged(request, files[path]!);
    },
  );
  const kind = type === "dataset" ? "datasets/" : "";
  const api = `/api/${type}s/${repo}`;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => {
      note(request, hub.tokens.hub);
      const twisted = hub.twist(request);
      if (twisted) return twisted;
      const { pathname } = new URL(request.url);
      if (pathname.startsWith(`${api}/revision/`)) {
        const revision = decodeURIComponent(pathname.split("/").at(-1)!);
        if (revision !== "main" && revision !== "v1" && revision !== commit) {
          return refused(404, "RevisionNotFound");
        }
        return Response.json({
          _id: "1",
          id: repo,
          sha: commit,
          lastModified: "2025-01-01T00:00:00.000Z",
        });
      }
      if (pathname === `${api}/tree/${commit}`) return Response.json(listing(files));
      const start = `/${kind}${repo}/resolve/${commit}/`;
      if (pathname.startsWith(start)) {
        const path = decodeURIComponent(pathname.slice(start.length));
        const content = files[path];
        if (content === undefined) return refused(404, "EntryNotFound");
        const { large, sha256, gitSha1 } = namesOf(content);
        const answer = large
          ? new Response(null, {
            status: 302,
            headers: {
              location: `http://127.0.0.1:${storage.addr.port}/${
                encodeURIComponent(path)
              }`,
              "x-linked-etag": `"${sha256}"`,
              "x-linked-size": String(content.length),
            },
          })
          : ranged(request, content);
        answer.headers.set("x-repo-commit", commit);
        answer.headers.set("etag", `"${gitSha1}"`);
        return answer;
      }
      return refused(404, "RepoNotFound");
    },
  );
  hub.endpoint = `http://127.0.0.1:${server.addr.port}`;
  const before = { ...process.env };
  for (const name of ["HF_TOKEN", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"]) {
    delete process.env[name];
  }
  process.env.HF_ENDPOINT = hub.endpoint;
  process.env.HF_HUB_CACHE = cache;
  try {
    await test(hub, cache);
  } finally {
    for (const name of Object.keys(process.env)) {
      if (name.startsWith("HF_") || name === "TRANSFORMERS_OFFLINE") {
        delete process.env[name];
      }
    }
    Object.assign(process.env, before);
    await server.shutdown();
    await storage.shutdown();
    await Deno.remove(cache, { recursive: true });
  }
}

/** A refusal in the Hub's words. */
export function refused(status: number, code: string, message = code): Response {
  return Response.json({ error: message }, {
    status,
    headers: { "x-error-code": code, "x-error-message": message },
  });
}

/** Content of which the connection breaks after some bytes. */
export function cut(request: Request, content: Uint8Array<ArrayBuffer>, bytes: number) {
  const whole = ranged(request, content);
  const start = content.length - Number(whole.headers.get("content-length"));
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(content.slice(start, start + bytes));
      await new Promise((resolve) => setTimeout(resolve, 20)); // let them through
      controller.close(); // short of what content-length says
    },
  });
  return new Response(body, { status: whole.status, headers: whole.headers });
}

function ranged(request: Request, content: Uint8Array<ArrayBuffer>): Response {
  const range = /^bytes=(\d+)-/.exec(request.headers.get("range") ?? "");
  const start = Number(range?.[1] ?? 0);
  if (start >= content.length && start > 0) {
    return new Response(null, {
      status: 416,
      headers: { "content-range": `bytes */${content.length}` },
    });
  }
  const part = content.slice(start);
  const headers: Record<string, string> = { "content-length": String(part.length) };
  if (range) {
    const last = content.length - 1;
    headers["content-range"] = `bytes ${start}-${last}/${content.length}`;
  }
  return new Response(part, { status: range ? 206 : 200, headers });
}

function listing(files: FakeRepo["files"]) {
  const entries: unknown[] = [{
    type: "directory",
    path: "data",
    size: 0,
    oid: "0".repeat(40),
  }];
  for (const [path, content] of Object.entries(files)) {
    const { gitSha1, sha256, large } = namesOf(content);
    const lfs = { oid: sha256, size: content.length, pointerSize: 130 };
    entries.push({
      type: "file",
      path,
      size: content.length,
      oid: gitSha1,
      ...large && { lfs, xetHash: "f".repeat(64) },
    });
  }
  return entries;
}
