import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { cacheFolder } from "../../data/files/cache_folder.ts";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import util from "node:util";
import { registerNativeKernels } from "./native_kernels/register.ts";

/** Version of the TensorFlow libraries that the native engine is built against. */
export const TENSORFLOW_VERSION = "2.21.0";

/** Version of our build of the binding; one more when the functions that it exports change. */
export const BINDING_VERSION = 2;

/** The same code as tfjs-node, for both builds. A program that uses wasm needs no copy of it. */
const NAME = "@tensorflow/tfjs-node-gpu", PACKAGE = `npm:${NAME}@4.22.0`;

/** The `manifest.json` that `deno task native` writes with the files that it installs. */
export interface NativeManifest {
  readonly tfjs: string;
  readonly tensorflow: string;
  /** {@linkcode BINDING_VERSION} of the build; absent from the first. */
  readonly binding?: number;
  /** From {@linkcode nativePlatform}. */
  readonly platform: string;
  readonly gpu: boolean;
  /** Every other file of the folder: path from the folder, bytes, hash of its content. */
  readonly files: readonly {
    readonly path: string;
    readonly size: number;
    readonly sha256: string;
  }[];
}

/** Operating system and processor in the folder's name, e.g. "linux-x64". */
export function nativePlatform(): string {
  return `${process.platform}-${process.arch}`;
}

/**
 * The folder in the user's cache that holds the native engine.
 *
 * `native-<tfjs>-<TensorFlow>-<platform>`, with `-gpu` for the GPU build, in {@linkcode cacheFolder}.
 */
export function nativeFolder(gpu: boolean): string {
  const name = `native-${tf.version.tfjs}-${TENSORFLOW_VERSION}-${nativePlatform()}`;
  return join(cacheFolder(), gpu ? `${name}-gpu` : name);
}

/**
 * Reads a native folder's manifest and compares the sizes of its files with it: fast enough
 * for every start. Hashes are checked when the folder is made.
 *
 * @returns The manifest, or `undefined` if the folder does not exist.
 * @throws {Error} If the folder exists and is damaged, or another version built it: the
 * message says how to renew it.
 */
export function readNativeManifest(folder: string): NativeManifest | undefined {
  if (!existsSync(folder)) return undefined;
  const damaged = (what: string) =>
    new Error(
      `The native engine in ${folder} is damaged (${what}): run \`deno task native --force\``,
    );
  let manifest: NativeManifest;
  try {
    manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  } catch {
    throw damaged("its manifest.json cannot be read");
  }
  if (!Array.isArray(manifest.files)) throw damaged("its manifest.json lists no files");
  if (manifest.binding !== BINDING_VERSION) {
    throw new Error(
      `The native engine in ${folder} was built by another version: run \`deno task native\``,
    );
  }
  for (const { path, size } of manifest.files) {
    const found = statSync(join(folder, path), { throwIfNoEntry: false })?.size;
    if (found === undefined) throw damaged(`${path} is missing`);
    if (found !== size) throw damaged(`${path} has ${found} bytes instead of ${size}`);
  }
  return manifest;
}

/**
 * The folder and the kind of the native engine, the GPU build first; `undefined` without one.
 *
 * @throws {Error} If it is damaged, or another version built it: see {@linkcode readNativeManifest}.
 */
export function installedEngine():
  | { readonly folder: string; readonly gpu: boolean }
  | undefined {
  for (const gpu of [true, false]) {
    const folder = nativeFolder(gpu);
    if (readNativeManifest(folder) !== undefined) return { folder, gpu };
  }
  return undefined;
}

/**
 * Loads the engine in `folder` and registers it as the tfjs backend "tensorflow".
 *
 * The package's own entry point looks for its binding inside the package, so its class and
 * its kernels are imported directly and given our binding. The package is imported when it is
 * needed: `npm:` resolves to the copy of tfjs that everything else here uses.
 *
 * @param folder Holds `tfjs_binding.node` and the libraries: see {@linkcode nativeFolder}.
 * @throws {Error} If the package or the shared libraries do not load.
 */
export async function registerNativeEngine(folder: string): Promise<void> {
  const require = createRequire(join(folder, "manifest.json"));
  // This package calls two functions that Node removed and Deno never had.
  const removed = {
    isNullOrUndefined: (v: unknown) => v == null,
    isArray: Array.isArray,
  };
  for (const [key, value] of Object.entries(removed)) {
    if (!(key in util)) Object.assign(util, { [key]: value });
  }
  // The libraries read it once, when they are loaded.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2"; // errors only
  const binding = require("./tfjs_binding.node");
  const { NodeJSKernelBackend } = await import(
    `${PACKAGE}/dist/nodejs_kernel_backend.js`
  );
  await import(`${PACKAGE}/dist/register_all_kernels.js`);
  registerNativeKernels();
  tf.registerBackend("tensorflow", () => new NodeJSKernelBackend(binding, NAME));
}
