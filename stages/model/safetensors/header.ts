import { nestsDeeper } from "../../../data/files/json_shape.ts";
import { printable, quoted as show } from "../../../data/short_text.ts";
import { jsonFault } from "./strict_json.ts";

/** Bytes per element, by the dtype's name in the format. */
export const ELEMENT_BYTES: ReadonlyMap<string, number> = new Map([
  ["BOOL", 1],
  ["U8", 1],
  ["I8", 1],
  ["F8_E4M3", 1],
  ["F8_E5M2", 1],
  ["U16", 2],
  ["I16", 2],
  ["F16", 2],
  ["BF16", 2],
  ["U32", 4],
  ["I32", 4],
  ["F32", 4],
  ["U64", 8],
  ["I64", 8],
  ["F64", 8],
]);

/** The longest header that the format allows, in bytes. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Most levels of nested objects and lists: a header needs three. */
const MAX_DEPTH = 8;

/** Most names in a header, four per tensor: the largest published files have 10,000 tensors. */
const MAX_NAMES = 400_000;

/** What a file says about one tensor. */
export interface TensorHeader {
  /** "F32", "BF16", … */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** First byte, counted from the beginning of the file. */
  readonly begin: number;
  /** One past the last byte, counted from the beginning of the file. */
  readonly end: number;
}

/** A checked header: tensors are inside the file, fit their shapes and do not overlap. */
export interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, TensorHeader>;
}

const REMEDY = "the file is damaged or not safetensors; fetch or write it again";

/**
 * Reads the JSON header of a safetensors file and checks every number in it.
 *
 * @param bytes The header, without the eight bytes of its length.
 * @param fileBytes Size of the whole file.
 * @param path The file's name, for messages.
 * @throws {SyntaxError} Names the file, the key, its value and the remedy.
 */
export function parseHeader(bytes: Uint8Array, fileBytes: number, path: string): Header {
  const wrong = (message: string, cause?: unknown) =>
    new SyntaxError(`${path}: ${message}: ${REMEDY}`, { cause });

  let json: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const fault = nestsDeeper(bytes, MAX_DEPTH)
      ? `it nests deeper than ${MAX_DEPTH} levels`
      : jsonFault(text, MAX_NAMES);
    if (fault !== undefined) throw new TypeError(fault);
    json = JSON.parse(text);
  } catch (cause) {
    throw wrong(
      `the header is not JSON as the format has it (${
        printable((cause as Error).message)
      })`,
      cause,
    );
  }
  if (!isObject(json)) throw wrong(`the header is ${show(json)}, not an object`);

  const start = 8 + bytes.length;
  const metadata: Record<string, string> = {};
  const tensors = new Map<string, TensorHeader>();
  for (const [name, value] of Object.entries(json)) {
    if (name === "__metadata__") {
      if (!isObject(value)) {
        throw wrong(`"__metadata__" is ${show(value)}, not an object`);
      }
      for (const [key, text] of Object.entries(value)) {
        if (typeof text !== "string") {
          throw wrong(`"__metadata__" key ${show(key)} is ${show(text)}, not a string`);
        }
        Object.defineProperty(metadata, key, {
          value: text,
          enumerable: true,
          writable: true,
          configurable: true,
        });
      }
      continue;
    }
    tensors.set(name, tensorHeader(name, value, start, fileBytes, wrong));
  }
  checkLayout(tensors, start, fileBytes, wrong);
  return { metadata, tensors };
}

type Wrong = (message: string) => SyntaxError;

function tensorHeader(
  name: string,
  value: unknown,
  start: number,
  fileBytes: number,
  wrong: Wrong,
): TensorHeader {
  if (!isObject(value)) {
    throw wrong(`tensor ${show(name)} is ${show(value)}, not an object`);
  }
  const { dtype, shape, data_offsets: offsets } = value;
  const size = typeof dtype === "string" ? ELEMENT_BYTES.get(dtype) : undefined;
  if (typeof dtype !== "string" || size === undefined) {
    throw wrong(`dtype of tensor ${show(name)} is ${show(dtype)}, which is not known`);
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    throw wrong(
      `shape of tensor ${show(name)} is ${show(shape)}, not a list of whole numbers`,
    );
  }
  if (!isRange(offsets)) {
    throw wrong(
      `data_offsets of tensor ${show(name)} are ${show(offsets)}, not [begin, end]`,
    );
  }
  const begin = start + offsets[0], end = start + offsets[1];
  if (end > fileBytes) {
    throw wrong(
      `data_offsets of tensor ${show(name)} are ${show(offsets)}, but the file has ${
        Math.max(0, fileBytes - start)
      } bytes of data`,
    );
  }
  // A product beyond 2^53 loses digits but not its size: it cannot equal a file's length.
  const expected = shape.reduce((product, side) => product * side, size);
  if (expected !== end - begin) {
    throw wrong(
      `tensor ${show(name)} has ${end - begin} bytes, but ${dtype} of shape ${
        show(shape)
      } takes ${expected}`,
    );
  }
  return { dtype, shape, begin, end };
}

/** The format allows no overlaps, no gaps and no bytes after the last tensor. */
function checkLayout(
  tensors: ReadonlyMap<string, TensorHeader>,
  start: number,
  fileBytes: number,
  wrong: Wrong,
): void {
  let last = start, before = "the header";
  const sorted = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  for (const [name, { begin, end }] of sorted) {
    if (begin !== last) {
      throw wrong(
        `tensor ${show(name)} begins at byte ${begin - start} of the data, ${
          begin < last ? "inside" : "with a gap after"
        } ${before}, which ends at ${last - start}`,
      );
    }
    last = end;
    before = `tensor ${show(name)}`;
  }
  if (last !== fileBytes) {
    throw wrong(`the tensors end at byte ${last}, but the file has ${fileBytes} bytes`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isRange(value: unknown): value is [number, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [begin, end]: unknown[] = value;
  return isCount(begin) && isCount(end) && begin <= end;
}
