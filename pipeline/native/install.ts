import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  BINDING_VERSION,
  nativeFolder,
  type NativeManifest,
  nativePlatform,
  readNativeManifest,
  TENSORFLOW_VERSION,
} from "../../stages/engine/native_engine.ts";
import { writeFolder } from "../../data/files/write_folder.ts";
import { compileBinding } from "./compile.ts";
import { runTool, type RunToolOptions, TOOLS } from "./run_tool.ts";
import { sha256 } from "../../data/files/sha256.ts";
import { unpack } from "./unpack.ts";
import { pipArguments, requirements, wheelPlan } from "./wheels.ts";

/** How the native engine is installed. */
export interface InstallOptions {
  /** With CUDA, for NVIDIA GPUs. Default: false. */
  readonly gpu?: boolean;
  /** Build it again if it is there already. Default: false. */
  readonly force?: boolean;
  /** Aborted, it leaves nothing behind. */
  readonly signal?: AbortSignal;
  /** Called when a phase begins, and now and then while it lasts. */
  readonly onProgress?: (progress: InstallProgress) => void;
}

/** How far an installation is. */
export interface InstallProgress {
  readonly phase: string;
  /** Share of the whole, in [0, 1]. */
  readonly done: number;
}

/** What an installation led to. */
export interface Installation {
  readonly folder: string;
  /** False if the folder was there, whole, and nothing was done. */
  readonly built: boolean;
}

const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];
const FROM_WHEELS = [
  ...LIBRARIES.map((name) => `tensorflow/${name}`),
  "tensorflow/include/tensorflow/c/*",
  "tensorflow/include/tensorflow/core/platform/ctstring*",
  "tensorflow/include/tsl/platform/ctstring*",
  "tensorflow/include/xla/tsl/c/*",
  "nvidia/*/lib/*.so*",
];

/**
 * Puts TensorFlow's own engine where `startBackend("native")` finds it: fetches TensorFlow's
 * wheel with the user's pip, takes its two libraries, compiles the binding of tfjs-node
 * against them, tries the result in a process of its own and moves it to its place.
 *
 * The GPU build puts the CUDA libraries beside TensorFlow's, where those look first. It was
 * tried only on a machine without a GPU.
 *
 * @throws {RangeError} If the platform has no build.
 * @throws {Error} If python3, pip or g++ is missing, or a step fails.
 */
export async function installNativeEngine(
  { gpu = false, force = false, signal, onProgress = () => {} }: InstallOptions = {},
): Promise<Installation> {
  const plan = wheelPlan(nativePlatform(), gpu);
  const folder = nativeFolder(gpu);
  if (!force && await isWhole(folder)) return { folder, built: false };
  for (const tool of Object.values(TOOLS)) {
    await runTool(tool, ["--version"], { signal }); // before the long download
  }
  await writeFolder(folder, async (temporary) => {
    const work = join(temporary, "work");
    await Deno.mkdir(work);
    const phase = (name: string, done: number) => {
      signal?.throwIfAborted();
      onProgress({ phase: name, done });
    };

    const size = plan.size < 1e9
      ? `${Math.round(plan.size / 1e6)} MB`
      : `${(plan.size / 1e9).toFixed(1)} GB`;
    const downloading = `downloading TensorFlow ${TENSORFLOW_VERSION}, ${size}`;
    phase(downloading, 0);
    const wheels = join(work, "wheels");
    await Deno.writeTextFile(join(work, "requirements.txt"), requirements(plan.wheels));
    const watch = setInterval(async () => {
      const got = await folderSize(work);
      onProgress({ phase: downloading, done: 0.7 * Math.min(1, got / plan.size) });
    }, 500);
    try {
      await runTool(TOOLS.python, pipArguments(join(work, "requirements.txt"), wheels), {
        // TMPDIR: where pip keeps what it has so far. The other: nothing is installed.
        env: { TMPDIR: work, PIP_REQUIRE_VIRTUALENV: "0" },
        signal,
      });
    } finally {
      clearInterval(watch);
    }

    phase("unpacking the libraries", 0.7);
    for await (const { name } of Deno.readDir(wheels)) {
      await unpack(join(wheels, name), work, FROM_WHEELS, { signal });
      await Deno.remove(join(wheels, name));
    }
    for (const path of await filesUnder(work)) {
      if (!/\.so(\.\d+)*$/.test(path)) continue;
      await Deno.rename(join(work, path), join(temporary, basename(path)));
    }

    phase("compiling the binding", 0.8);
    await compileBinding({
      headers: join(work, "tensorflow", "include"),
      libraries: temporary,
      output: join(temporary, "tfjs_binding.node"),
    }, { signal });
    await Deno.remove(work, { recursive: true });

    phase("trying the engine", 0.94);
    await tryEngine(temporary, { signal });

    phase("recording checksums", 0.96);
    await writeManifest(temporary, gpu);
    phase("installed", 1);
  });
  return { folder, built: true };
}

/** Whether all files of an installation are there with the bytes they were installed with. */
async function isWhole(folder: string): Promise<boolean> {
  try {
    const manifest = readNativeManifest(folder);
    if (manifest === undefined) return false;
    const sums = await Promise.all(
      manifest.files.map(async (f) => await sha256(join(folder, f.path)) === f.sha256),
    );
    return sums.every((same) => same);
  } catch {
    return false; // damaged: to be built again
  }
}

/** Whether the engine in `folder` loads, and what it computes on: "GPU" or "CPU". */
export async function tryEngine(
  folder: string,
  options: RunToolOptions = {},
): Promise<string> {
  const script = new URL("try_engine.ts", import.meta.url).href;
  const deno = { command: Deno.execPath(), remedy: "install Deno" };
  const packages = fileURLToPath(new URL("../../node_modules", import.meta.url));
  const permissions = [
    ...["-q", "--no-prompt", "--no-remote", "--node-modules-dir=manual"],
    ...["--allow-read", "--ignore-env"],
    ...["--allow-env=TF_CPP_MIN_LOG_LEVEL", `--allow-ffi=${packages},${folder}`],
  ];
  return (await runTool(deno, ["run", ...permissions, script, folder], options)).trim();
}

async function writeManifest(folder: string, gpu: boolean): Promise<void> {
  const paths = (await filesUnder(folder)).sort();
  const files = await Promise.all(paths.map(async (path) => ({
    path,
    size: (await Deno.stat(join(folder, path))).size,
    sha256: await sha256(join(folder, path)),
  })));
  const manifest: NativeManifest = {
    tfjs: tf.version.tfjs,
    tensorflow: TENSORFLOW_VERSION,
    binding: BINDING_VERSION,
    platform: nativePlatform(),
    gpu,
    files,
  };
  await Deno.writeTextFile(
    join(folder, "manifest.json"),
    JSON.stringify(manifest, null, 2) + "\n",
  );
}

/** Paths of all files below a folder, from that folder. */
async function filesUnder(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (!isDirectory) paths.push(name);
    else paths.push(...(await filesUnder(join(folder, name))).map((p) => join(name, p)));
  }
  return paths;
}

/** Bytes below a folder; files that vanish meanwhile count nothing. */
async function folderSize(folder: string): Promise<number> {
  const paths = await filesUnder(folder).catch(() => []);
  const sizes = paths.map((path) =>
    Deno.stat(join(folder, path)).then((stat) => stat.size, () => 0)
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
