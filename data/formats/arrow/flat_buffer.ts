/** A table of a FlatBuffers message: a place in bytes of which every field is an offset away. */
export interface Table {
  /** The buffer's bytes. */
  readonly view: DataView;
  /** Byte at which the table starts. */
  readonly at: number;
}

/**
 * The table that a FlatBuffers message begins with.
 *
 * Every read is checked against the message's end, so a declared length takes no memory by itself.
 *
 * @throws {RangeError} Here and in all functions of this module, if an offset leads outside.
 */
export function rootTable(bytes: Uint8Array): Table {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { view, at: view.getUint32(0, true) };
}

/** The place of a field; `undefined` if the table leaves it out. */
function fieldAt({ view, at }: Table, field: number): number | undefined {
  const names = at - view.getInt32(at, true);
  const size = view.getUint16(names, true), place = 4 + 2 * field;
  const offset = place + 2 <= size ? view.getUint16(names + place, true) : 0;
  return offset === 0 ? undefined : at + offset;
}

/** A field of one byte; 0 if it is missing. */
export function byteField(table: Table, field: number): number {
  const at = fieldAt(table, field);
  return at === undefined ? 0 : table.view.getUint8(at);
}

/** A field of two bytes; 0 if it is missing. */
export function shortField(table: Table, field: number): number {
  const at = fieldAt(table, field);
  return at === undefined ? 0 : table.view.getInt16(at, true);
}

/** A field of eight bytes; 0 if it is missing. Beyond 2^53 it is not exact. */
export function longField(table: Table, field: number): number {
  const at = fieldAt(table, field);
  return at === undefined ? 0 : Number(table.view.getBigInt64(at, true));
}

/** A field that is a table; `undefined` if it is missing. */
export function tableField(table: Table, field: number): Table | undefined {
  const at = fieldAt(table, field);
  return at === undefined ? undefined : tableAt(table.view, at);
}

function tableAt(view: DataView, at: number): Table {
  return { view, at: at + view.getUint32(at, true) };
}

/** A field that is a text in UTF-8; empty if it is missing. */
export function textField(table: Table, field: number): string {
  const { start, length } = vectorAt(table, field, 1);
  const { buffer, byteOffset } = table.view;
  return new TextDecoder().decode(new Uint8Array(buffer, byteOffset + start, length));
}

/** Tables of a field that is a list of them; none if it is missing. */
export function tablesField(table: Table, field: number): Table[] {
  const { start, length } = vectorAt(table, field, 4);
  return Array.from({ length }, (_, i) => tableAt(table.view, start + 4 * i));
}

/** Pairs of numbers of eight bytes of a field that is a list of them; none if it is missing. */
export function pairsField(table: Table, field: number): [number, number][] {
  const { start, length } = vectorAt(table, field, 16);
  const long = (at: number) => Number(table.view.getBigInt64(at, true));
  return Array.from(
    { length },
    (_, i) => [long(start + 16 * i), long(start + 16 * i + 8)],
  );
}

function vectorAt(table: Table, field: number, elementBytes: number) {
  const at = fieldAt(table, field);
  if (at === undefined) return { start: 0, length: 0 };
  const { view } = table;
  const begin = at + view.getUint32(at, true);
  const length = view.getUint32(begin, true), start = begin + 4;
  if (length * elementBytes <= view.byteLength - start) return { start, length };
  throw new RangeError(
    `a list of ${length} is declared where ${view.byteLength - start} bytes are left`,
  );
}
