import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { getHFHubCachePath } from "npm:@huggingface/hub@2.17.5";

/** How the Hub is reached. */
export interface HubAccess {
  /** Without a slash at the end. */
  readonly endpoint: string;
  /** Sent to the Hub with each request. Default: none, for public repositories. */
  readonly token?: string;
  /** Whether only the cache may be used. */
  readonly offline: boolean;
  /** The Hub's own cache, which Python's libraries share. */
  readonly cache: string;
}

/**
 * The Hub as the environment describes it: HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE (or
 * TRANSFORMERS_OFFLINE), HF_HUB_CACHE, HF_HOME. They mean what they mean to Python's
 * huggingface_hub.
 */
export function hubAccess(): HubAccess {
  const { HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE } = process.env;
  return {
    endpoint: (HF_ENDPOINT || "https://huggingface.co").replace(/\/+$/, ""),
    token: HF_TOKEN?.trim() || undefined,
    offline: isOn(HF_HUB_OFFLINE || TRANSFORMERS_OFFLINE),
    cache: getHFHubCachePath().replace(/^~(?=$|[/\\])/, () => join(homedir())),
  };
}

function isOn(value = ""): boolean {
  return ["1", "ON", "YES", "TRUE"].includes(value.toUpperCase());
}
