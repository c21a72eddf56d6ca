/** The first Ctrl-C or SIGTERM, as a signal to stop in order. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Stops the run as Ctrl-C does. */
  stop(): void;
  /** Ctrl-C ends the process again. */
  end(): void;
}

/**
 * Listens for Ctrl-C and SIGTERM: the first one is said and aborts the signal, a second one quits
 * the process at once with exit code 130.
 *
 * @param message What the first one is answered with, on standard error.
 */
export function onInterrupt(message: string): Interrupt {
  const controller = new AbortController();
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT"]
    : ["SIGINT", "SIGTERM"];
  const onSignal = () => {
    if (controller.signal.aborted) Deno.exit(130);
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
