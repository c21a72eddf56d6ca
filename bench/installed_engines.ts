import { installedEngine } from "../stages/engine/native_engine.ts";

/** An engine that is measured. */
export type Engine = "wasm" | "native";

/** The engines that are installed, the faster one first. */
export function installedEngines(): readonly Engine[] {
  return installedEngine() === undefined ? ["wasm"] : ["native", "wasm"];
}
