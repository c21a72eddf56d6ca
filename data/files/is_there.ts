/** Whether a path leads to a file or folder, through links too; false if it cannot be looked at. */
export async function isThere(path: string, kind?: "file" | "folder"): Promise<boolean> {
  return fits(await Deno.stat(path).catch(() => undefined), kind);
}

/** Like {@linkcode isThere}, without waiting. */
export function isThereSync(path: string, kind?: "file" | "folder"): boolean {
  try {
    return fits(Deno.statSync(path), kind);
  } catch {
    return false;
  }
}

/** Whether a name is taken, if only by a link that leads nowhere. */
export async function isTaken(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

function fits(info: Deno.FileInfo | undefined, kind?: "file" | "folder"): boolean {
  if (info === undefined) return false;
  return kind === undefined || (kind === "file" ? info.isFile : info.isDirectory);
}
