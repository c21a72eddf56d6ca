/** What a command says on either channel, a line each, and its exit code. */
export async function heard(
  command: () => Promise<number>,
): Promise<{ readonly code: number; readonly said: readonly string[] }> {
  const { log, error } = console;
  const said: string[] = [];
  console.log = console.error = (line: string) => void said.push(line);
  try {
    return { code: await command(), said };
  } finally {
    Object.assign(console, { log, error });
  }
}
