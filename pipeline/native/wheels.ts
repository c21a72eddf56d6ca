import { TENSORFLOW_VERSION } from "../../stages/engine/native_engine.ts";

/** A Python package as its index has it: exactly one file. */
export interface Wheel {
  readonly name: string;
  readonly version: string;
  /** Of the wheel for the Python version that {@linkcode pipArguments} asks for. */
  readonly sha256: string;
}

/** What one build of the native engine is made from. */
export interface WheelPlan {
  readonly wheels: readonly Wheel[];
  /** Bytes to download, about. */
  readonly size: number;
}

const CPU: WheelPlan = {
  wheels: [
    wheel(
      "tensorflow-cpu",
      TENSORFLOW_VERSION,
      "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
    ),
  ],
  size: 274e6,
};

/** TensorFlow and the CUDA libraries that it opens, in the versions its wheel allows. */
const GPU: WheelPlan = {
  wheels: [
    wheel(
      "tensorflow",
      TENSORFLOW_VERSION,
      "9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124",
    ),
    wheel(
      "nvidia-cublas-cu12",
      "12.9.3.13",
      "d7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72",
    ),
    wheel(
      "nvidia-cuda-cupti-cu12",
      "12.8.90",
      "ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182",
    ),
    wheel(
      "nvidia-cuda-nvrtc-cu12",
      "12.9.86",
      "210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4",
    ),
    wheel(
      "nvidia-cuda-runtime-cu12",
      "12.9.79",
      "25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3",
    ),
    wheel(
      "nvidia-cudnn-cu12",
      "9.28.0.42",
      "9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375",
    ),
    wheel(
      "nvidia-cufft-cu12",
      "11.4.1.4",
      "c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28",
    ),
    wheel(
      "nvidia-curand-cu12",
      "10.3.10.19",
      "49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e",
    ),
    wheel(
      "nvidia-cusolver-cu12",
      "11.7.5.82",
      "15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88",
    ),
    wheel(
      "nvidia-cusparse-cu12",
      "12.5.10.65",
      "73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78",
    ),
    wheel(
      "nvidia-nccl-cu12",
      "2.32.3",
      "bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c",
    ),
    wheel(
      "nvidia-nvjitlink-cu12",
      "12.9.86",
      "e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9",
    ),
  ],
  size: 3300e6,
};

function wheel(name: string, version: string, sha256: string): Wheel {
  return { name, version, sha256 };
}

/**
 * The wheels to build the native engine from.
 *
 * @param platform As `nativePlatform` gives it.
 * @throws {RangeError} If the platform has no build.
 */
export function wheelPlan(platform: string, gpu: boolean): WheelPlan {
  if (platform !== "linux-x64") {
    throw new RangeError(
      `The native engine is built on linux-x64 only and this is ${platform}: ` +
        "training runs on wasm here, with nothing to install",
    );
  }
  return gpu ? GPU : CPU;
}

/** The text of a pip requirements file that admits these wheels and no others. */
export function requirements(wheels: readonly Wheel[]): string {
  return wheels
    .map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}\n`)
    .join("");
}

/**
 * How `python3` fetches the wheels: from wherever the user's pip is told to look.
 *
 * Python version and platform are fixed, so that every machine gets the same files, whose
 * hashes are known; nothing of their Python is ever run.
 *
 * @param requirementsFile Path of {@linkcode requirements}.
 * @param folder Where the wheels go.
 */
export function pipArguments(requirementsFile: string, folder: string): string[] {
  return [
    ...["-m", "pip", "download", "--no-deps", "--require-hashes"],
    ...["--disable-pip-version-check", "--no-input", "--only-binary=:all:"],
    ...["--python-version", "3.11", "--implementation", "cp"],
    ...["--platform", "manylinux_2_27_x86_64", "--platform", "manylinux2014_x86_64"],
    ...["--requirement", requirementsFile, "--dest", folder],
  ];
}
