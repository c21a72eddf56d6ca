/** A struct: its fields by their numbers. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;

/** A value of Thrift's compact protocol. */
export type ThriftValue =
  | boolean
  | number
  | Uint8Array
  | readonly ThriftValue[]
  | ThriftStruct;

/** Structs and lists within each other, at most: parquet has six. */
const DEPTH = 32;

/** Structs, lists and texts of one description, at most: each takes a hundred bytes. */
const PARTS = 1_000_000;

/**
 * Reads a struct in Thrift's compact protocol, in which parquet writes what describes its data.
 *
 * Nothing is allocated by a length that is only declared, numbers end, and there are limits to
 * depth and to the parts that it is made of. Whole numbers come as doubles: beyond 2^53 they are
 * not exact, and no size of a file is.
 *
 * @param start Where it begins.
 * @returns The struct, and where it ends.
 * @throws {SyntaxError} If it is not whole.
 *
 * @example
 * ```ts
 * import { readThrift } from "./thrift.ts";
 *
 * readThrift(Uint8Array.of(0x15, 0x06, 0x00)).struct.get(1); // 3
 * ```
 */
export function readThrift(
  bytes: Uint8Array,
  start = 0,
): { readonly struct: ThriftStruct; readonly end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start, parts = 0;

  function byte(): number {
    if (at < bytes.length) return bytes[at++]!;
    throw new SyntaxError(`its description ends at byte ${at}, in the middle of a value`);
  }

  function varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const part = byte();
      value += (part & 127) * 2 ** shift;
      if (part < 128) return value;
    }
    throw new SyntaxError(`a number at byte ${at} of its description does not end`);
  }

  function integer(): number {
    const value = varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  function element(type: number, depth: number): ThriftValue {
    switch (type) {
      case 1:
        return true;
      case 2:
        return false;
      case 3:
        return byte();
      case 4:
      case 5:
      case 6:
        return integer();
      case 7: {
        if (at + 8 > bytes.length) byte();
        at += 8;
        return view.getFloat64(at - 8, true);
      }
      case 8: {
        const length = varint();
        if (length > bytes.length - at) {
          throw new SyntaxError(
            `a text of ${length} bytes is declared where ${bytes.length - at} are left`,
          );
        }
        onePart();
        at += length;
        return bytes.subarray(at - length, at);
      }
      case 9:
      case 10: {
        const head = byte(), kind = head & 15;
        const length = head >> 4 === 15 ? varint() : head >> 4;
        if (length > bytes.length - at) {
          throw new SyntaxError(
            `a list of ${length} is declared where ${bytes.length - at} bytes are left`,
          );
        }
        deeper(depth);
        const list: ThriftValue[] = [];
        for (let i = 0; i < length; i++) {
          // A byte each in lists, as everywhere else: elements without bytes would be a bomb.
          list.push(kind <= 2 ? byte() === 1 : element(kind, depth + 1));
        }
        return list;
      }
      case 12:
        return struct(depth);
      default:
        throw new SyntaxError(`its description has a value of the unknown type ${type}`);
    }
  }

  function struct(depth: number): ThriftStruct {
    deeper(depth);
    const fields = new Map<number, ThriftValue>();
    for (let id = 0;;) {
      const head = byte(), type = head & 15;
      if (type === 0) return fields;
      id = head >> 4 === 0 ? integer() : id + (head >> 4);
      fields.set(id, element(type, depth + 1));
    }
  }

  function onePart(): void {
    if (++parts <= PARTS) return;
    throw new SyntaxError(`its description has more than ${PARTS} parts`);
  }

  function deeper(depth: number): void {
    onePart();
    if (depth < DEPTH) return;
    throw new SyntaxError(`its description lies more than ${DEPTH} levels deep`);
  }

  const read = struct(0);
  return { struct: read, end: at };
}

/** A field that is a whole number; the fallback if it is missing. */
export function numberOf(struct: ThriftStruct, id: number, fallback?: number): number {
  const value = struct.get(id) ?? fallback;
  if (typeof value === "number") return value;
  throw new SyntaxError(`field ${id} of its description is no number`);
}

/** A field that is a struct; `undefined` if it is missing. */
export function structOf(struct: ThriftStruct, id: number): ThriftStruct | undefined {
  const value = struct.get(id);
  if (value === undefined || value instanceof Map) return value;
  throw new SyntaxError(`field ${id} of its description is no struct`);
}

/** A field that is a list of structs. */
export function structsOf(struct: ThriftStruct, id: number): readonly ThriftStruct[] {
  const list = struct.get(id);
  if (Array.isArray(list) && list.every((item) => item instanceof Map)) return list;
  throw new SyntaxError(`field ${id} of its description is no list of structs`);
}

/** A field that is a text. */
export function textOf(struct: ThriftStruct, id: number): string {
  const value = struct.get(id);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  throw new SyntaxError(`field ${id} of its description is not text`);
}
