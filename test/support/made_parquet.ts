import { bytesOf, joined, png } from "./made_files.ts";
import { integer, list, struct, text, type Written } from "./thrift_writer.ts";

/** What a parquet file says that is not so; absent: it is sound. */
export interface ParquetLies {
  readonly rows?: number;
  readonly groupRows?: number;
  readonly pageValues?: number;
  readonly unpackedBytes?: number;
  /** Parquet's number of the compression. */
  readonly codec?: number;
  readonly pack?: (bytes: Uint8Array) => Uint8Array;
  /** Groups of the same columns after the first. */
  readonly moreGroups?: number;
  readonly schemaChildren?: number;
  readonly encoding?: number;
  /** In place of the values of all columns. */
  readonly values?: Uint8Array;
  /** Added to where a column is declared to lie. */
  readonly shift?: number;
  readonly problem?: string;
  readonly path?: string;
}

/** Four bytes, the lowest first. */
export const uint32 = (value: number) => {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value, true);
  return new Uint8Array(view.buffer);
};

/** A parquet file of the paper's form with four rows. */
export function parquet(lies: ParquetLies = {}): Uint8Array<ArrayBuffer> {
  const rows = 4;
  const { groupRows = rows, codec = 0, pack = (bytes) => bytes, shift = 0 } = lies;
  const plain = (value: Uint8Array) =>
    joined(...Array(rows).fill(joined(uint32(value.length), value)));
  const columns: [string[], Uint8Array][] = [
    [["image", "bytes"], lies.path === undefined ? png(64, 64) : new Uint8Array()],
    [["image", "path"], bytesOf(lies.path ?? "a.png")],
    [["problem"], bytesOf(lies.problem ?? "What is it?")],
    [["solution"], bytesOf("<answer>cat</answer>")],
  ];
  const parts: Uint8Array[] = [bytesOf("PAR1")], chunks: Written[] = [];
  let at = 4;
  for (const [path, value] of columns) {
    const raw = lies.values ?? plain(value), packed = pack(raw);
    const unpacked = lies.unpackedBytes ?? raw.length;
    const [, header] = struct({
      1: integer(0, 5),
      2: integer(unpacked, 5),
      3: integer(packed.length, 5),
      5: struct({
        1: integer(lies.pageValues ?? rows, 5),
        2: integer(lies.encoding ?? 0, 5),
        3: integer(3, 5),
        4: integer(3, 5),
      }),
    });
    parts.push(header, packed);
    chunks.push(struct({
      2: integer(at + shift),
      3: struct({
        1: integer(6, 5),
        2: list(5, [integer(0, 5)]),
        3: list(8, path.map(text)),
        4: integer(codec, 5),
        5: integer(groupRows),
        6: integer(unpacked),
        7: integer(header.length + packed.length),
        9: integer(at + shift),
      }),
    }));
    at += header.length + packed.length;
  }
  const element = (name: string, more: Record<number, Written>) =>
    struct({ ...more, 4: text(name) });
  const leaf = (name: string, isText = true) => {
    const plain: Record<number, Written> = { 1: integer(6, 5), 3: integer(0, 5) };
    return element(name, isText ? { ...plain, 6: integer(0, 5) } : plain);
  };
  const node = (name: string, children: number) =>
    element(name, { 3: integer(0, 5), 5: integer(children, 5) });
  const schema = [
    node("schema", lies.schemaChildren ?? 3),
    ...[node("image", 2), leaf("bytes", false), leaf("path")],
    ...[leaf("problem"), leaf("solution")],
  ];
  const group = struct({ 1: list(12, chunks), 2: integer(1000), 3: integer(groupRows) });
  const groups = Array<Written>(1 + (lies.moreGroups ?? 0)).fill(group);
  const [, footer] = struct({
    1: integer(2, 5),
    2: list(12, schema),
    3: integer(lies.rows ?? groupRows * groups.length),
    4: list(12, groups),
  });
  return joined(...parts, footer, uint32(footer.length), bytesOf("PAR1"));
}
