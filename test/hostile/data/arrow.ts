import { join } from "node:path";
import { putStream, soundStream } from "../../support/arrow_stream.ts";
import type { HostileCase } from "../case.ts";
import { put } from "../../support/made_files.ts";
import { evaluation } from "./evaluation.ts";

/** The first place from `from` on where a stream has these four bytes. */
function find(view: DataView, value: number, from: number): number {
  for (let at = from; at + 4 <= view.byteLength; at += 4) {
    if (view.getInt32(at, true) === value) return at;
  }
  throw new Error(`the stream has no ${value}`);
}

/** Where the record batch's message begins, and how many rows it declares. */
function batchAt(view: DataView): number {
  const schemaBytes = view.getInt32(4, true);
  return 8 + schemaBytes;
}

const changed = (
  name: string,
  change: (stream: Uint8Array<ArrayBuffer>, view: DataView) => Uint8Array | void,
  outcome: HostileCase["outcome"] = "refused",
): HostileCase => ({
  kind: "data: Arrow",
  name,
  outcome,
  async make(folder) {
    const stream = soundStream();
    const bytes = change(stream, new DataView(stream.buffer)) ?? stream;
    await putStream(folder, bytes);
    return evaluation(`arrow:${folder}`);
  },
});

const stateCase = (name: string, state: string): HostileCase => ({
  kind: "data: Arrow",
  name,
  outcome: "refused",
  async make(folder) {
    await put(folder, "data.arrow", soundStream());
    await put(folder, "state.json", state);
    return evaluation(`arrow:${folder}`);
  },
});

/** Arrow streams that declare other things than they hold. */
export const ARROW: readonly HostileCase[] = [
  changed("good", () => {}, "accepted"),
  changed("a header of 2^31 bytes", (_, view) => view.setInt32(4, 2 ** 31 - 1, true)),
  changed("a header of fewer bytes than none", (_, view) => view.setInt32(4, -8, true)),
  changed("a root that lies far out", (_, view) => view.setUint32(8, 2 ** 32 - 1, true)),
  changed(
    "a batch whose root lies far out",
    (_, view) => view.setUint32(batchAt(view) + 8, 2 ** 31, true),
  ),
  changed("a batch whose numbers are all 2^31", (stream, view) => {
    const start = batchAt(view) + 8, length = view.getInt32(start - 4, true);
    for (let at = start + 64; at + 4 <= start + length; at += 4) {
      view.setUint32(at, 2 ** 31 - 1, true);
    }
    return stream;
  }),
  changed("a batch of 2^31 rows", (_, view) => {
    const start = batchAt(view) + 8, rows = view.getInt32(start - 4, true);
    for (let at = start; at + 8 <= start + rows; at += 8) {
      if (view.getInt32(at + 4, true) === 0 && view.getInt32(at, true) === 4) {
        view.setInt32(at, 2 ** 31 - 1, true);
      }
    }
  }, "either"),
  changed("cut off", (stream) => stream.subarray(0, stream.length / 2)),
  changed("zeros", (stream) => stream.fill(0)),
  changed("no message at all", () => new Uint8Array()),
  changed("lengths in descending order", (_, view) => {
    // The last offset of the first text column is its bytes' number: the first is 0.
    const body = batchAt(view) + 8 + view.getInt32(batchAt(view) + 4, true);
    view.setInt32(find(view, 0, body), 2 ** 31 - 1, true);
  }, "either"),
  stateCase("state.json that is null", "null"),
  stateCase("state.json a million deep", "[".repeat(1e6) + "]".repeat(1e6)),
  stateCase("state.json whose list is a number", '{"_data_files": 7}'),
  stateCase(
    "state.json that names files elsewhere",
    '{"_data_files": [{"filename": "../../etc/passwd"}]}',
  ),
  {
    kind: "data: no regular file",
    name: "an Arrow stream that is a device",
    outcome: "refused",
    async make(folder) {
      await putStream(folder, new Uint8Array());
      await Deno.remove(join(folder, "data.arrow"));
      await Deno.symlink("/dev/zero", join(folder, "data.arrow"));
      return evaluation(`arrow:${folder}`);
    },
  },
];
