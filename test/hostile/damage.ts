import fc from "fast-check";
import { embeddedBytes } from "./models/model.ts";

/** A file of the embedded model, damaged. */
export interface Damaged {
  readonly file: string;
  /** What was done, for people. */
  readonly what: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const JSON_FILES = [
  "config.json",
  "generation_config.json",
  "preprocessor_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "chat_template.json",
  "visual_rft.json",
];
const WEIGHTS = "model.safetensors";
const SNIPPETS = [
  "{{ messages|tojson }}",
  "{% for i in range(99999) %}",
  "{% endfor %}",
  "{{ ''.constructor }}",
  "{{ messages[0].content|join(messages) }}",
  "{% set x = messages ~ messages %}",
  "(?:a|a)*",
  "\\p{L}+*",
  "$`",
  "<|image_pad|>",
  "\u0000\u001b[2J",
];

/** Values that no file has where they are put. */
const value = fc.oneof(
  fc.constantFrom(0, -1, 1, 2, 3, 1e9, 1e300, -1e-300, 2 ** 53, 2 ** 31, 0.5, 999),
  fc.constantFrom<unknown>(null, true, false, "", [], {}, [[]], "__proto__", "a b"),
  fc.constantFrom<unknown>({ type: "Sequence" }, { Regex: "(a+)+$" }, { String: "" }),
  fc.constantFrom<unknown>("x".repeat(100_000), Array(10_000).fill(1), ...SNIPPETS),
  fc.jsonValue({ maxDepth: 4 }),
);
const place = fc.nat(2 ** 30 - 1).map((n) => n / 2 ** 30);

type Json = Record<string, unknown>;

/** Everywhere in JSON that a value is: its object or list, and its key there. */
function places(json: unknown): [Json, string][] {
  if (typeof json !== "object" || json === null) return [];
  const inside = json as Json;
  return Object.keys(inside).flatMap((key) => [
    [inside, key] as [Json, string],
    ...places(inside[key]),
  ]);
}

function withValue(text: string, at: number, value: unknown, remove: boolean): string {
  const json = JSON.parse(text), all = places(json);
  const [inside, key] = all[Math.floor(at * all.length)]!;
  if (remove) delete inside[key];
  else if (typeof value === "string" && typeof inside[key] === "string") {
    const old = inside[key] as string, cut = Math.floor(at * old.length);
    inside[key] = old.slice(0, cut) + value + old.slice(cut);
  } else inside[key] = value;
  return JSON.stringify(json);
}

function withBytes(
  bytes: Uint8Array,
  changes: readonly (readonly [number, number])[],
): Uint8Array<ArrayBuffer> {
  const damaged = bytes.slice();
  for (const [at, byte] of changes) damaged[Math.floor(at * damaged.length)] = byte;
  return damaged as Uint8Array<ArrayBuffer>;
}

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The weights' header as text, and the data after it. */
function splitWeights(bytes: Uint8Array): [string, Uint8Array] {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  return [decode(bytes.subarray(8, 8 + length)), bytes.subarray(8 + length)];
}

function joinWeights(header: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + header.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  bytes.set(data, 8 + header.length);
  return bytes;
}

const inValue = fc.tuple(
  fc.constantFrom(...JSON_FILES, WEIGHTS),
  place,
  value,
  fc.boolean(),
).map(([file, at, value, remove]): Damaged => {
  const bytes = embeddedBytes(file);
  const shown = JSON.stringify(value)?.slice(0, 60);
  const what = remove ? `removed at ${at}` : `${shown} at ${at}`;
  if (file !== WEIGHTS) {
    return { file, what, bytes: encode(withValue(decode(bytes), at, value, remove)) };
  }
  const [header, data] = splitWeights(bytes);
  const changed = encode(withValue(header, at, value, remove));
  return { file, what, bytes: joinWeights(changed, data) };
});

const inBytes = fc.tuple(
  fc.constantFrom(...JSON_FILES, WEIGHTS),
  fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 8 }),
  fc.boolean(),
  place,
).map(([file, changes, cut, end]): Damaged => {
  const bytes = embeddedBytes(file);
  const what = `${changes.length} bytes${cut ? `, cut at ${end}` : ""}`;
  if (file === WEIGHTS) {
    const [header] = splitWeights(bytes), length = 8 + header.length;
    bytes.set(withBytes(bytes.subarray(0, length), changes));
    return { file, what, bytes: cut ? bytes.slice(0, end * bytes.length) : bytes };
  }
  const damaged = withBytes(bytes, changes);
  return { file, what, bytes: cut ? damaged.slice(0, end * damaged.length) : damaged };
});

/** Damaged files of the embedded model: a value, a key or some bytes are other than they were. */
export function damagedFiles(seed: number, count: number): Damaged[] {
  return fc.sample(fc.oneof({ weight: 3, arbitrary: inValue }, inBytes), {
    seed,
    numRuns: count,
  });
}
