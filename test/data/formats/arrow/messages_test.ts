import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Message,
  readBatch,
  readMessage,
} from "../../../../data/formats/arrow/messages.ts";
import { soundStream } from "../../../support/arrow_stream.ts";

/** Headers of the schema and of the first batch. */
function headers() {
  const stream = soundStream(), view = new DataView(stream.buffer);
  const first = view.getInt32(4, true), second = view.getInt32(8 + first + 4, true);
  const at = 8 + first + 8;
  return [stream.slice(8, 8 + first), stream.slice(at, at + second)] as const;
}

Deno.test("a stream's headers say which columns lie where", () => {
  const [schema, batch] = headers().map(readMessage) as [Message, Message];
  assert.equal(schema.kind, "schema");
  assert.equal(batch.kind, "batch");
  const fields = schema.kind === "schema" ? schema.fields : [];
  assert.deepEqual(fields.map(({ name }) => name).sort(), [
    "image",
    "problem",
    "solution",
  ]);
  const { rows, columns } = readBatch(
    batch.kind === "batch" ? batch.batch : assert.fail(),
    fields,
    batch.bodyBytes,
  );
  assert.ok(rows > 0);
  for (const { buffers } of columns) {
    for (const { start, end } of buffers) {
      assert.ok(start >= 0 && start <= end && end <= batch.bodyBytes);
    }
  }
});

Deno.test("changed headers are read or refused, and make nothing of what they declare", () => {
  const sound = headers();
  const { fields } = readMessage(sound[0]) as { fields: Parameters<typeof readBatch>[1] };
  fc.assert(
    fc.property(
      fc.nat(1),
      fc.array(fc.tuple(fc.nat(10_000), fc.constantFrom(0, 1, 127, 128, 255)), {
        minLength: 1,
        maxLength: 6,
      }),
      (which, changes) => {
        const header = sound[which]!.slice();
        for (const [at, byte] of changes) header[at % header.length] = byte;
        try {
          const message = readMessage(header);
          if (message.kind === "batch") {
            readBatch(message.batch, fields, message.bodyBytes);
          }
        } catch (error) {
          assert.ok(
            error instanceof RangeError || error instanceof SyntaxError,
            `${error}`,
          );
        }
      },
    ),
    { numRuns: 2000 },
  );
});
