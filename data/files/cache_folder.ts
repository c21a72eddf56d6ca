import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/**
 * The folder for what can be made again: `visual-rft` in `$XDG_CACHE_HOME` if that is set,
 * else in the platform's usual place. It may not exist yet.
 */
export function cacheFolder(): string {
  return join(userCache(), "visual-rft");
}

function userCache(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return XDG_CACHE_HOME;
  if (process.platform === "win32" && LOCALAPPDATA) return LOCALAPPDATA;
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches");
  return join(homedir(), ".cache");
}
