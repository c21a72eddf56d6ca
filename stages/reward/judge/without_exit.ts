import process from "node:process";

/**
 * Keeps code from ending this thread, until it is disposed of: `Deno.exit`, `process.exit` and
 * `close` throw. Otherwise a reward could end a program early, with an exit code that says
 * success; and in a worker, code runs on for a while after `Deno.exit()`.
 *
 * @example
 * ```ts
 * import { withoutExit } from "./without_exit.ts";
 *
 * {
 *   using _ = withoutExit();
 *   // Deno.exit(0) throws here
 * }
 * ```
 */
export function withoutExit(): Disposable {
  const kept = [Deno.exit, process.exit, globalThis.close] as const;
  set(exit, exit, exit);
  return { [Symbol.dispose]: () => set(...kept) };
}

function set(ofDeno: unknown, ofProcess: unknown, close: unknown): void {
  Object.assign(Deno, { exit: ofDeno });
  Object.assign(process, { exit: ofProcess });
  Object.assign(globalThis, { close });
}

function exit(code: unknown = 0): never {
  throw new Error(`it calls exit(${code}): a reward returns a number and ends nothing`);
}
