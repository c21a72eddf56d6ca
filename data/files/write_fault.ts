/** What keeps a file from being written, by the system's error code, and what to do. */
const FAULTS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: make room and run it again",
  EDQUOT: "your disk quota is used up: make room and run it again",
  EROFS:
    "the file system is read-only: choose a folder elsewhere, or mount it for writing",
  EACCES: "you may not write there: choose another folder, or change its permissions",
  EPERM: "you may not write there: choose another folder, or change its permissions",
  EIO: "the disk reports an error: check it, and continue on another one",
};

/**
 * Runs work that writes, and tells a full or read-only disk in one sentence.
 *
 * @param path What is written, for the message.
 * @throws {Error} If the disk does not take it: names `path` and the remedy. The system's error
 * is its `cause`. Other errors pass unchanged.
 */
export async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const fault = FAULTS[codeOf(error)];
    if (fault === undefined || isWriteFault(error)) throw error;
    throw Object.assign(new Error(`${path} cannot be written: ${fault}`), {
      name: NAME,
      cause: error,
    });
  }
}

const NAME = "WriteFault";

/** Whether an error says that the disk does not take what is written. */
export function isWriteFault(error: unknown): error is Error {
  return error instanceof Error && error.name === NAME;
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === "string") return code;
  if (error instanceof Deno.errors.PermissionDenied) return "EACCES";
  return "";
}
