/** How often a request is tried again, and with what pauses. */
export interface Patience {
  /** Attempts in a row that get nowhere. */
  readonly attempts: number;
  /** Milliseconds before the second attempt, doubled for each one after it. */
  readonly pause: number;
  /**
   * Milliseconds without an answer, or with less of a file than the slowest connection brings, after
   * which a connection counts as broken. Default: a minute.
   */
  readonly silence?: number;
}

/** Of {@linkcode Patience.silence}. */
export const SILENCE = 60_000;

/** Waits 7.5 seconds in all. */
export const PATIENT: Patience = { attempts: 5, pause: 500 };

/**
 * Tries again what has failed with `Deno.errors.NotConnected`, and nothing else.
 *
 * @param progressed Whether the failed attempt got anywhere; if so, the count starts again.
 */
export async function patiently<T>(
  attempt: () => Promise<T>,
  { attempts, pause }: Patience,
  signal?: AbortSignal,
  progressed: () => boolean = () => false,
): Promise<T> {
  for (let failed = 0;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotConnected)) throw error;
      failed = progressed() ? 1 : failed + 1;
      if (failed >= attempts) throw error;
      await wait(pause * 2 ** (failed - 1), signal);
    }
  }
}

async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const stop = () => reject(signal!.reason);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}
