/** Bytes of memory that can be had; `Infinity` if the system may not be asked. */
export function freeMemory(): number {
  try {
    return Deno.systemMemoryInfo().available;
  } catch {
    return Infinity;
  }
}
