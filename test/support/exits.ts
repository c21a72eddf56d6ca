/** A reward that would end the program. */
export function exits(): number {
  Deno.exit(0);
}
