import { cpus } from "node:os";

/** What figures were measured on. */
export const MACHINE: { readonly processor: string | undefined; readonly cores: number } =
  {
    processor: cpus()[0]?.model,
    cores: navigator.hardwareConcurrency,
  };

/**
 * What to say of a machine that is busy with other work.
 *
 * @param loadAverage Of the last minute. Default: the machine's.
 */
export function busyWarning(
  loadAverage: number = Deno.loadavg()[0]!,
): string | undefined {
  if (loadAverage < MACHINE.cores / 2) return undefined;
  return `This machine is busy (load average ${
    loadAverage.toFixed(1)
  }): times are too high`;
}
