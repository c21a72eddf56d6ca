import { nativeFolder, readNativeManifest } from "../stages/engine/native_engine.ts";

/** An engine that is measured. */
export type Engine = "wasm" | "native";

/** The engines that are installed, the faster one first. */
export function installedEngines(): readonly Engine[] {
  const isThere = (gpu: boolean) => readNativeManifest(nativeFolder(gpu)) !== undefined;
  return isThere(true) || isThere(false) ? ["native", "wasm"] : ["wasm"];
}
