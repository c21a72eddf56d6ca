/**
 * Milliseconds in which further signals are the first one's echoes: a terminal signals the whole
 * group, and a parent (`deno task`, an experiment) passes it on.
 */
const ECHO = 1000;

/** The first Ctrl-C, SIGTERM or SIGHUP, as a signal to stop in order. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Stops the run as Ctrl-C does. */
  stop(): void;
  /** Ctrl-C ends the process again. */
  end(): void;
}

/**
 * Listens for Ctrl-C, SIGTERM and SIGHUP (the terminal was closed): the first one is said and aborts the signal, another one, a
 * second later or more, quits the process at once with exit code 130.
 *
 * @param message What the first one is answered with, on standard error.
 */
export function onInterrupt(message: string): Interrupt {
  const controller = new AbortController();
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGHUP"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  let first = 0;
  const onSignal = () => {
    if (controller.signal.aborted) {
      if (performance.now() - first > ECHO) Deno.exit(130);
      return;
    }
    first = performance.now();
    console.error(`\n${message}`);
    controller.abort();
  };
  for (const signal of signals) Deno.addSignalListener(signal, onSignal);
  return {
    signal: controller.signal,
    stop: () => controller.abort(),
    end() {
      for (const signal of signals) Deno.removeSignalListener(signal, onSignal);
    },
  };
}
