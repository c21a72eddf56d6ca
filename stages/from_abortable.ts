import { from, Observable } from "npm:rxjs@7.8.2";

/**
 * A cold Observable of one value, from a function that takes an AbortSignal.
 *
 * Unsubscribing alone does not stop a promise: here it aborts the signal that the function
 * gets, and so does the caller's own `signal`.
 *
 * @param run Called once for each subscriber.
 * @param signal Aborts as well, and lets the promise's own error reach the subscriber.
 *
 * @example
 * ```ts
 * import { fromAbortable } from "./from_abortable.ts";
 *
 * const answer = fromAbortable((signal) => Promise.resolve(signal.aborted ? 0 : 42));
 * answer.subscribe((value) => value); // 42
 * ```
 */
export function fromAbortable<T>(
  run: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Observable<T> {
  return new Observable<T>((subscriber) => {
    const teardown = new AbortController();
    const both = signal ? AbortSignal.any([signal, teardown.signal]) : teardown.signal;
    const subscription = from(run(both)).subscribe(subscriber);
    return () => {
      subscription.unsubscribe();
      teardown.abort();
    };
  });
}
