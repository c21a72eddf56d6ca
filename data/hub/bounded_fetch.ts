import { SILENCE } from "./patiently.ts";

/** What the answers to one question may be. */
export interface FetchBounds {
  /** Bytes of one answer. @default 64 MiB */
  readonly bytes?: number;
  /** Answers, of which each may name the next. @default 300 */
  readonly answers?: number;
  /** Milliseconds for the whole of an answer. @default {@linkcode SILENCE} */
  readonly time?: number;
}

/**
 * `fetch` for answers that are read whole, with limits on the time and size of each and on their
 * number.
 *
 * @throws {Deno.errors.InvalidData} As an error of the request, if one is too large or there are too
 * many.
 * @throws {Deno.errors.NotConnected} As an error of the request, if one does not end in time.
 */
export function boundedFetch(
  fetch: typeof globalThis.fetch,
  endpoint: string,
  { bytes: most = 2 ** 26, answers = 300, time = SILENCE }: FetchBounds = {},
): typeof globalThis.fetch {
  let asked = 0;
  return async (input, init) => {
    if (++asked > answers) {
      throw new Deno.errors.InvalidData(
        `${endpoint} sends more than ${answers} pages of its list of files: check HF_ENDPOINT`,
      );
    }
    const response = await fetch(input, init);
    if (response.body === null) return response;
    const reader = response.body.getReader();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() =>
        reject(
          new Deno.errors.NotConnected(
            `${endpoint} does not finish its answer within ${
              time / 1000
            } s: try again later`,
          ),
        ), time);
    });
    late.catch(() => {});
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let length = 0;
    try {
      for (;;) {
        const { done, value } = await Promise.race([reader.read(), late]);
        if (done) break;
        length += value.length;
        if (length > most) {
          throw new Deno.errors.InvalidData(
            `${endpoint} sends a list of files of more than ${most} bytes: check ` +
              "HF_ENDPOINT",
          );
        }
        pieces.push(value);
      }
    } finally {
      clearTimeout(timer);
      await reader.cancel().catch(() => {});
    }
    const { status, statusText, headers } = response;
    return new Response(new Blob(pieces), { status, statusText, headers });
  };
}
