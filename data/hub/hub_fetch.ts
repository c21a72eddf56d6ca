import type { HubAccess } from "./access.ts";
import { SILENCE } from "./patiently.ts";

/** What is asked for, for messages. */
export interface Asked {
  /** `owner/name`. */
  readonly repo: string;
  /** What the repository holds. */
  readonly type: "model" | "dataset";
  /** A branch, a tag or a commit. */
  readonly revision: string;
}

/**
 * `fetch` for one repository of the Hub: sends the token, to the Hub itself alone, and turns
 * refusals into errors that say what to do.
 *
 * The request fails with `Deno.errors.NotConnected` if the Hub cannot be reached or is busy. Only
 * such a failure may pass.
 *
 * @param silence Milliseconds without an answer after which the Hub counts as out of reach.
 */
export function hubFetch(
  { endpoint, token }: HubAccess,
  asked: Asked,
  signal?: AbortSignal,
  silence = SILENCE,
): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init?.headers);
    headers.set("user-agent", "visual-rft");
    if (token !== undefined && url.origin === new URL(endpoint).origin) {
      headers.set("authorization", `Bearer ${token}`);
    }
    let response: Response;
    // For the start of the answer only: the reader of the rest checks its pace.
    const silent = new AbortController();
    const timer = setTimeout(
      () => silent.abort(new Error(`no answer for ${silence / 1000} s`)),
      silence,
    );
    try {
      response = await fetch(url, {
        ...init,
        headers,
        signal: signal ? AbortSignal.any([signal, silent.signal]) : silent.signal,
      });
    } catch (cause) {
      signal?.throwIfAborted();
      if (/redirect/i.test((cause as Error).message)) { // which does not pass
        throw new Deno.errors.InvalidData(
          `${endpoint} redirects without end: check HF_ENDPOINT`,
          { cause },
        );
      }
      throw new Deno.errors.NotConnected(
        `${endpoint} cannot be reached (${
          (cause as Error).message
        }): check the network ` +
          "and HF_ENDPOINT, or work from a local folder",
        { cause },
      );
    } finally {
      clearTimeout(timer);
    }
    if (response.ok || response.status === 416) return response;
    await response.body?.cancel();
    throw refusal(response, endpoint, token !== undefined, asked);
  };
}

/** Status codes and X-Error-Code headers as the Hub means them. */
function refusal(
  { status, headers }: Response,
  endpoint: string,
  hasToken: boolean,
  { repo, type, revision }: Asked,
): Error {
  const code = headers.get("x-error-code");
  const what = `the ${type === "model" ? "model" : "data set"} ${repo}`;
  const page = `${endpoint}/${type === "dataset" ? "datasets/" : ""}${repo}`;
  if (code === "GatedRepo") {
    return new Deno.errors.PermissionDenied(
      `${what} is gated: accept its conditions on ${page} and ` +
        (hasToken
          ? "see that HF_TOKEN is of the account that did"
          : "set HF_TOKEN to a token of that account"),
    );
  }
  if (code === "RevisionNotFound") {
    return new Deno.errors.NotFound(
      `${what} has no revision ${JSON.stringify(revision)}: ` +
        `${page}/tree/main lists branches and tags`,
    );
  }
  if (code === "EntryNotFound") {
    return new Deno.errors.NotFound(
      `A file of ${what} is not there any more: try again`,
    );
  }
  if (status === 401 && headers.get("x-error-message")?.startsWith("Invalid cred")) {
    return new Deno.errors.PermissionDenied(
      "HF_TOKEN is not valid (401): make a new token in the Hub's settings, or unset it",
    );
  }
  if (status === 401 || status === 404) {
    return new Deno.errors.NotFound(
      `${endpoint} has no ${what.slice("the ".length)} (${status}), or it is private: ` +
        "check the name, " +
        (hasToken
          ? "and that HF_TOKEN may read it"
          : "and set HF_TOKEN for a private one"),
    );
  }
  if (status === 403) {
    return new Deno.errors.PermissionDenied(
      `${endpoint} refuses ${what} (403${code ? `, ${code}` : ""}): ` +
        (hasToken
          ? "see that HF_TOKEN may read it"
          : "set HF_TOKEN to a token that may read it"),
    );
  }
  if (status === 429 || status >= 500) {
    return new Deno.errors.NotConnected(
      `${endpoint} answers ${status} for ${what}: try again later`,
    );
  }
  return new Error(`${endpoint} answers ${status} for ${what}: check HF_ENDPOINT`);
}
