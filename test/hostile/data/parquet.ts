import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { HostileCase } from "../case.ts";
import { bytesOf, joined, makePipe, png, put } from "../../support/made_files.ts";
import { evaluation } from "./evaluation.ts";
import { parquet, type ParquetLies, uint32 } from "../../support/made_parquet.ts";
import { varint } from "../../support/thrift_writer.ts";

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
