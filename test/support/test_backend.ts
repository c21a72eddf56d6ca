import {
  type Backend,
  type BackendName,
  startBackend,
} from "../../stages/engine/backend.ts";

/** The backend that tests run on: the environment variable BACKEND, or the best that is there. */
export function startTestBackend(): Promise<Backend> {
  return startBackend((Deno.env.get("BACKEND") ?? "auto") as BackendName | "auto");
}
