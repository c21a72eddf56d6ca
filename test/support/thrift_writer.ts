import { joined } from "./made_files.ts";

/** A value of Thrift's compact protocol with its type's number. */
export type Written = readonly [type: number, bytes: Uint8Array];

/** A whole number without a sign. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.of(...bytes, Number(rest));
}

/** A whole number of type i32 (5) or i64 (6). */
export function integer(value: number, type: 5 | 6 = 6): Written {
  const wide = BigInt(value);
  return [type, varint(Number(wide >= 0n ? wide << 1n : (-wide << 1n) - 1n))];
}

/** A text. */
export function text(value: string): Written {
  const bytes = new TextEncoder().encode(value);
  return [8, joined(varint(bytes.length), bytes)];
}

/** A list of values of one type, which may claim to have another length. */
export function list(type: number, items: readonly Written[], length = items.length) {
  return [
    9,
    joined(
      Uint8Array.of(0xf0 | type),
      varint(length),
      ...items.map(([, bytes]) => bytes),
    ),
  ] as const;
}

/** A struct with its fields by their numbers. */
export function struct(fields: Readonly<Record<number, Written>>): Written {
  const parts: Uint8Array[] = [];
  let last = 0;
  for (const [id, [type, bytes]] of Object.entries(fields)) {
    parts.push(Uint8Array.of((Number(id) - last) << 4 | type), bytes);
    last = Number(id);
  }
  return [12, joined(...parts, Uint8Array.of(0))];
}
