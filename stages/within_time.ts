import { createContext, Script } from "node:vm";

const box: { work: () => unknown } = { work: () => undefined };
const script = new Script("work()");
const context = createContext({ work: () => box.work() });

/**
 * Runs a function, and stops it if it takes longer than `seconds`.
 *
 * JavaScript cannot interrupt a regular expression, but the engine can: `node:vm` stops anything
 * that runs, at 0.1 ms per call. (`recheck` needs 58 MB and only guesses for lookaheads; a worker in
 * a regular expression cannot be terminated.) Stopped code runs no `finally` and no `catch`.
 *
 * @param work Must not change anything that is used afterwards, nor call this function.
 * @throws {DOMException} "TimeoutError" if the time is over; else what `work` throws.
 *
 * @example
 * ```ts
 * import { withinTime } from "./within_time.ts";
 *
 * withinTime(1, () => 6 * 7); // 42
 * ```
 */
export function withinTime<T>(seconds: number, work: () => T): T {
  let result: { readonly value: T } | undefined;
  box.work = () => {
    result = { value: work() };
  };
  try {
    script.runInContext(context, { timeout: Math.ceil(1000 * seconds) });
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") {
      throw error;
    }
    throw new DOMException(
      `it takes more than ${Number(seconds.toFixed(2))} s`,
      "TimeoutError",
    );
  }
  return result!.value;
}
