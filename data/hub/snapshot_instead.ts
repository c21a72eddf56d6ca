import type { SnapshotOptions } from "./snapshot.ts";

/**
 * The snapshot that stands in for a local path; its errors begin with what was tried before.
 *
 * @param tried For instance "model mine/model: there is no such folder".
 */
export async function snapshotInstead(
  tried: string,
  options: SnapshotOptions,
): Promise<string> {
  // Loaded here: who has a folder needs no client.
  const { snapshot } = await import("./snapshot.ts");
  try {
    return await snapshot(options);
  } catch (error) {
    if (options.signal?.aborted || !(error instanceof Error)) throw error;
    error.message = `${tried}; on the Hub: ${error.message}`;
    throw error;
  }
}
