import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { HostileCase } from "../case.ts";
import { bytesOf, evaluation, joined, makePipe, png, put } from "./files.ts";
import { integer, list, struct, text, varint, type Written } from "./thrift_writer.ts";

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

const uint32 = (value: number) => {
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

/** A parquet file that is nothing but a footer. */
function footerAlone(footer: Uint8Array, length = footer.length) {
  return joined(bytesOf("PAR1"), footer, uint32(length), bytesOf("PAR1"));
}

let gigabyte: Uint8Array | undefined;

/** A GB of zeros in gzip: sixteen parts of 64 MiB. */
function gzipZeros(): Uint8Array {
  return gigabyte ??= joined(...Array(16).fill(gzipSync(new Uint8Array(2 ** 26))));
}

/** A zstd frame of so many zeros: 131,072 in every four bytes. */
export function zstdZeros(length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let left = length; left > 0; left -= 131_072) {
    const size = Math.min(left, 131_072), isLast = left <= 131_072;
    const head = Number(isLast) | 1 << 1 | size << 3;
    blocks.push(Uint8Array.of(head & 255, head >> 8 & 255, head >> 16 & 255, 0));
  }
  const magic = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0);
  return joined(magic, uint32(Math.min(length, 2 ** 32 - 1)), ...blocks);
}

const fileCase = (
  name: string,
  outcome: HostileCase["outcome"],
  content: () => Uint8Array,
): HostileCase => ({
  kind: "data: parquet",
  name,
  outcome,
  async make(folder) {
    const path = await put(folder, "t.parquet", content());
    await put(folder, "../secret.png".replace("../", "inner/"), png(64, 64));
    return evaluation(`parquet:${path}`);
  },
});
const lying = (name: string, lies: ParquetLies) =>
  fileCase(name, "refused", () => parquet(lies));
const HUGE = 2 ** 31 - 1;

/** Parquet files that declare other things than they hold. */
export const PARQUET: readonly HostileCase[] = [
  fileCase("good", "accepted", () => parquet()),
  lying("2^31 rows", { rows: 2 ** 31 }),
  lying("2^31 rows in a group", { groupRows: 2 ** 31 }),
  lying("2^31 rows everywhere", { groupRows: HUGE, pageValues: HUGE }),
  lying("2^52 rows", { groupRows: 2 ** 52 }),
  lying("fewer rows than none", { groupRows: -5 }),
  lying("2^31 values in a page", { pageValues: HUGE }),
  lying("fewer values than none", { pageValues: -1 }),
  lying("columns beyond the file", { shift: 2 ** 40 }),
  lying("columns before the file", { shift: -1000 }),
  lying("20,000 groups of the same bytes", { moreGroups: 20_000 }),
  lying("2^31 columns", { schemaChildren: HUGE }),
  lying("texts of 2^32 bytes", {
    values: joined(uint32(2 ** 32 - 1), bytesOf("abcdefghijkl")),
  }),
  lying("a dictionary that is not there", { encoding: 8 }),
  lying("an encoding that is not there", { encoding: 77 }),
  lying("differences without end", {
    encoding: 7,
    values: joined(varint(128), varint(0), varint(4), varint(0)),
  }),
  lying("a compression that is not there", { codec: 99 }),
  lying("gzip of a GB, honest", {
    ...{ codec: 2, pack: gzipZeros, unpackedBytes: 2 ** 30 },
  }),
  lying("gzip of a GB that declares 200 bytes", {
    ...{ codec: 2, pack: gzipZeros, unpackedBytes: 200 },
  }),
  lying("gzip of a GB that declares 400 MB", {
    ...{ codec: 2, pack: gzipZeros, unpackedBytes: 4e8 },
  }),
  lying("gzip that declares 2^31 bytes", {
    ...{ codec: 2, pack: gzipSync, unpackedBytes: HUGE },
  }),
  lying("snappy that declares 2^31 bytes", {
    ...{ codec: 1, unpackedBytes: HUGE },
    pack: () => Uint8Array.of(255, 255, 255, 255, 7, 0xf0, 16, ...Array(17).fill(1)),
  }),
  lying("zstd of 4 GB", {
    ...{ codec: 6, unpackedBytes: HUGE, pack: () => zstdZeros(4e9) },
  }),
  lying("zstd of a GB that declares 100 bytes", {
    ...{ codec: 6, unpackedBytes: 100, pack: () => zstdZeros(1e9) },
  }),
  lying("zstd of 400 MB that declares as many", {
    ...{ codec: 6, unpackedBytes: 4e8, pack: () => zstdZeros(4e8) },
  }),
  lying("problems of 1 MB", { problem: "a".repeat(1_000_000) }),
  lying("pictures that lie elsewhere", { path: "../../etc/hostname" }),
  fileCase(
    "a footer of 2^32 bytes",
    "refused",
    () => footerAlone(new Uint8Array(100), 2 ** 32 - 1),
  ),
  fileCase(
    "a footer a million deep",
    "refused",
    () => footerAlone(new Uint8Array(1_000_000).fill(0x1c)),
  ),
  fileCase(
    "a footer with a list of 2^31",
    "refused",
    () => footerAlone(joined(Uint8Array.of(0x29, 0xfc), varint(HUGE))),
  ),
  fileCase(
    "a footer with a number of 10 MB",
    "refused",
    () => footerAlone(joined(Uint8Array.of(0x16), new Uint8Array(1e7).fill(255))),
  ),
  fileCase("a footer of ten million structs", "refused", () =>
    footerAlone(
      joined(Uint8Array.of(0x29, 0xfc), varint(1e7), new Uint8Array(1e7 + 1)),
    )),
  fileCase("a footer of zeros", "refused", () => footerAlone(new Uint8Array(100))),
  fileCase("nothing", "refused", () => new Uint8Array()),
  {
    kind: "data: no regular file",
    name: "parquet in a named pipe",
    outcome: "refused",
    async make(folder) {
      await makePipe(join(folder, "t.parquet"));
      return evaluation(`parquet:${join(folder, "t.parquet")}`);
    },
  },
  {
    kind: "data: no regular file",
    name: "a folder of parquet with a device",
    outcome: "refused",
    async make(folder) {
      await Deno.symlink("/dev/zero", join(folder, "t.parquet"));
      return evaluation(`parquet:${folder}`);
    },
  },
];
