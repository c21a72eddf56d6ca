/**
 * The most memory that this process has held resident since {@linkcode forgetPeak}; NaN where the
 * system does not tell.
 *
 * @returns Bytes.
 */
export function peakBytes(): number {
  try {
    const status = Deno.readTextFileSync("/proc/self/status");
    return 1024 * Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN);
  } catch {
    return NaN;
  }
}

/** Begins a new peak; on systems other than Linux the peak stays that of the whole process. */
export function forgetPeak(): void {
  try {
    Deno.writeTextFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Not there, or not allowed: the peak is that of the whole process.
  }
}
