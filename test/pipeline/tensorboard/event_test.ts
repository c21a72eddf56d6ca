import assert from "node:assert/strict";
import { encodeEvent, type Event } from "../../../pipeline/tensorboard/event.ts";
import { readFixture } from "../../support/fixtures.ts";
import { framed } from "../../../pipeline/tensorboard/framed.ts";

// Made by test/fixtures/tensorboard/make_events.py.
const GOLDEN = readFixture<{ readonly event: Event; readonly framed: string }[]>(
  "tensorboard/events.json",
);

Deno.test("events are encoded and framed byte for byte as Python's tensorboard does", () => {
  assert.deepEqual(
    GOLDEN.map(({ event }) => event.what.kind),
    ["version", "start", "scalars", "text"],
  );
  for (const golden of GOLDEN) {
    assert.equal(framed(encodeEvent(golden.event)).toHex(), golden.framed);
  }
});

Deno.test("framed() of nothing is a length of 0 and two checksums", () => {
  // CRC-32C of eight zero bytes is 8c28b28a, of no bytes 0: RFC 3720's rules, masked by hand.
  assert.equal(
    framed(new Uint8Array()).toHex(),
    "0000000000000000" + "29039807" + "d8ea82a2",
  );
});
