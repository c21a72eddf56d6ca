import type { HostileCase } from "../case.ts";
import { embeddedBytes, type Model, modelCase } from "./model.ts";

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}
type Header = Record<string, Entry>;

const FILE = "model.safetensors";
const whole = () => embeddedBytes(FILE);
const { header: HEADER, data: DATA } = split(whole());
const NAMES = Object.keys(HEADER).filter((name) => name !== "__metadata__");
const [FIRST, SECOND] = NAMES as [string, string];
const named = (part: string) => NAMES.find((name) => name.includes(part))!;

function split(bytes: Uint8Array): { header: Header; data: Uint8Array } {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return { header, data: bytes.slice(8 + length) };
}

/** A safetensors file of any header and data. */
export function safetensors(
  header: unknown,
  data: Uint8Array = DATA,
  claimed?: bigint,
): Uint8Array {
  const json = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

/** The embedded header after a change. */
function changed(change: (header: Header) => unknown): Uint8Array {
  const header = structuredClone(HEADER);
  change(header);
  return safetensors(header);
}

/** The embedded weights with 32-bit values put in place of some. */
function withValues(name: string, value: number, count: number): Uint8Array {
  const data = DATA.slice(), view = new DataView(data.buffer);
  const [begin] = HEADER[name]!.data_offsets;
  for (let i = 0; i < count; i++) view.setFloat32(begin + 4 * i, value, true);
  return safetensors(HEADER, data);
}

const empty = { dtype: "F32", shape: [0], data_offsets: [DATA.length, DATA.length] };
const keys = (count: number) =>
  `{${
    Array.from({ length: count }, (_, i) =>
      `"k${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`)
  }}`;

const FILES: [string, HostileCase["outcome"], () => Uint8Array][] = [
  ["length 2^63", "refused", () => safetensors(HEADER, DATA, 2n ** 63n)],
  ["length 2^64 - 1", "refused", () => safetensors(HEADER, DATA, 2n ** 64n - 1n)],
  ["length 0", "refused", () => safetensors("")],
  ["length 99 MB, file short", "refused", () => safetensors(HEADER, DATA, 99_000_000n)],
  ["empty file", "refused", () => new Uint8Array()],
  ["seven bytes", "refused", () => new Uint8Array(7)],
  [
    "overlap",
    "refused",
    () => changed((h) => h[SECOND]!.data_offsets = h[FIRST]!.data_offsets),
  ],
  [
    "offset 2^53",
    "refused",
    () => changed((h) => h[FIRST]!.data_offsets = [0, 2 ** 53]),
  ],
  [
    "negative offset",
    "refused",
    () => changed((h) => h[FIRST]!.data_offsets = [-4, 4]),
  ],
  ["wrong dtype", "refused", () => changed((h) => h[FIRST]!.dtype = "I64")],
  [
    "all of dtype I32",
    "refused",
    () => changed((h) => NAMES.forEach((name) => h[name]!.dtype = "I32")),
  ],
  [
    "a key twice",
    "refused",
    () =>
      safetensors(
        JSON.stringify(HEADER).slice(0, -1) +
          `,${JSON.stringify(FIRST)}:${JSON.stringify(HEADER[FIRST])}}`,
      ),
  ],
  [
    "a tensor without elements",
    "accepted",
    () => safetensors({ ...HEADER, x: empty }),
  ],
  [
    "shape overflow",
    "refused",
    () => changed((h) => h[FIRST]!.shape = [2 ** 31, 2 ** 31, 0]),
  ],
  [
    "shape 2^53",
    "refused",
    () => changed((h) => h[FIRST]!.shape = [2 ** 53, 2 ** 53]),
  ],
  [
    "__proto__ as a name",
    "either",
    () =>
      safetensors(
        JSON.stringify(HEADER).slice(0, -1) + `,"__proto__":${JSON.stringify(empty)}}`,
      ),
  ],
  ["deep header", "refused", () => safetensors("[".repeat(1_000_000))],
  ["a million names", "refused", () => safetensors(keys(1_000_000), new Uint8Array())],
  [
    "200,000 names",
    "refused",
    () => safetensors(keys(200_000), new Uint8Array()),
  ],
  [
    "90 MB of one string",
    "refused",
    () => safetensors(`{"__metadata__":{"a":"${"a".repeat(90_000_000)}"}}`),
  ],
  ["bytes after the end", "refused", () => Uint8Array.from([...whole(), 0, 0])],
  ["half a file", "refused", () => whole().subarray(0, whole().length / 2)],
  ["not UTF-8", "refused", () => safetensors("").fill(0xff, 8)],
  [
    "a name of control characters",
    "refused",
    () => safetensors({ "\u001b[2J\u0007\u202e": { dtype: "\u001b[31mF32" } }),
  ],
];

const WEIGHTS: [string, HostileCase["outcome"], () => Uint8Array][] = [
  [
    "all NaN",
    "refused",
    () => safetensors(HEADER, new Uint8Array(DATA.length).fill(0xff)),
  ],
  ["one row NaN", "refused", () => withValues(named("embed_tokens"), NaN, 128)],
  ["one Infinity", "refused", () => withValues(named("q_proj.weight"), Infinity, 1)],
  ["one -Infinity", "refused", () => withValues(named("norm"), -Infinity, 1)],
  ["values of 3e38", "either", () => withValues(named("q_proj.weight"), 3e38, 1000)],
];

/** Weights with one more tensor, which is a hole in the file. */
async function withHole({ folder, write }: Model, gigabytes: number): Promise<void> {
  const bytes = gigabytes * 1e9, end = DATA.length + bytes;
  const hole = { dtype: "F32", shape: [bytes / 4], data_offsets: [DATA.length, end] };
  const whole = safetensors({ ...HEADER, hole });
  await write(FILE, whole);
  await Deno.truncate(`${folder}/${FILE}`, whole.length + bytes);
}

/** Damaged, huge and lying weight files, and weights that no model works with. */
export const SAFETENSORS: readonly HostileCase[] = [
  ...FILES.map(([name, outcome, bytes]) =>
    modelCase("safetensors", name, outcome, (model) => model.write(FILE, bytes()))
  ),
  ...[3, 100, 4000].map((gigabytes) =>
    modelCase(
      "safetensors",
      `a hole of ${gigabytes} GB`,
      "refused",
      (model) => withHole(model, gigabytes),
    )
  ),
  ...WEIGHTS.map(([name, outcome, bytes]) =>
    modelCase("weights", name, outcome, (model) => model.write(FILE, bytes()))
  ),
];

/** Names of the embedded model's parameters. */
export const PARAMETERS: readonly string[] = NAMES;
