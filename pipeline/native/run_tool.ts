/** A program of the user's system. */
export interface Tool {
  readonly command: string;
  /** What to do if it is missing, for the end of a sentence. */
  readonly remedy: string;
}

/** The programs that the native engine is made with. */
export const TOOLS = {
  python: {
    command: "python3",
    remedy: "install Python 3 with pip (Debian, Ubuntu: apt install python3-pip)",
  },
  compiler: {
    command: "g++",
    remedy: "install a C++ compiler (Debian, Ubuntu: apt install g++)",
  },
} as const satisfies Record<string, Tool>;

/** How {@linkcode runTool} runs a program. */
export interface RunToolOptions {
  /** Added to the environment. */
  readonly env?: Record<string, string>;
  /** Aborted, it ends the program. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a program to its end.
 *
 * @returns What it wrote to its standard output.
 * @throws {Error} If it is not installed: the message names it and the remedy. If it
 * fails: the message has its last words.
 */
export async function runTool(
  { command, remedy }: Tool,
  args: readonly string[],
  { env, signal }: RunToolOptions = {},
): Promise<string> {
  signal?.throwIfAborted();
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(command, {
      args: [...args],
      env,
      signal,
      stdin: "null",
    }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`${command} is missing: ${remedy}`);
  }
  signal?.throwIfAborted();
  const text = new TextDecoder();
  if (output.success) return text.decode(output.stdout);
  const said = text.decode(output.stderr).trim();
  if (said.endsWith("No module named pip")) {
    throw new Error(`pip is missing (${command} -m pip): ${remedy}`);
  }
  throw new Error(`${command} failed with code ${output.code}:\n${lastLines(said, 12)}`);
}

function lastLines(text: string, count: number): string {
  return text.split("\n").slice(-count).join("\n");
}
