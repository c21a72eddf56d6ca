import { BinaryWriter, WireType } from "npm:@bufbuild/protobuf@2.17.0/wire";
import type { Figures } from "../../stages/records.ts";

/** An entry of an event file: the time, the step, and one of four things. */
export interface Event {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  readonly what:
    /** The first event of a file. */
    | { readonly kind: "version" }
    /** A session starts: the records of earlier files from this step on are void. */
    | { readonly kind: "start" }
    /** Numbers by tag, kept as 32-bit floats. */
    | { readonly kind: "scalars"; readonly values: Figures }
    /** Markdown. */
    | { readonly kind: "text"; readonly tag: string; readonly text: string };
}

/** Values of TensorFlow's enumerations. */
const SESSION_START = 1, DT_STRING = 7, DATA_CLASS_TENSOR = 2;

/**
 * An event in protobuf's wire format, by the fields of tensorflow/core/util/event.proto and
 * tensorflow/core/framework/summary.proto that TensorBoard reads.
 *
 * @example
 * ```ts
 * import { encodeEvent } from "./event.ts";
 * import { framed } from "./framed.ts";
 *
 * const what = { kind: "scalars", values: { reward: 1.5 } } as const;
 * framed(encodeEvent({ wallTime: Date.now() / 1000, step: 1, what })); // ready for a file
 * ```
 */
export function encodeEvent({ wallTime, step, what }: Event): Uint8Array<ArrayBuffer> {
  const event = new BinaryWriter();
  event.tag(1, WireType.Bit64).double(wallTime);
  if (step !== 0) event.tag(2, WireType.Varint).int64(step);
  switch (what.kind) {
    case "version":
      event.tag(3, WireType.LengthDelimited).string("brain.Event:2");
      break;
    case "start":
      inside(event, 7, (log) => log.tag(1, WireType.Varint).int32(SESSION_START));
      break;
    case "scalars":
      inside(event, 5, (summary) => {
        for (const [tag, number] of Object.entries(what.values)) {
          inside(summary, 1, (value) => {
            value.tag(1, WireType.LengthDelimited).string(tag);
            value.tag(2, WireType.Bit32).float(number);
          });
        }
      });
      break;
    case "text":
      inside(event, 5, (summary) =>
        inside(summary, 1, (value) => {
          value.tag(1, WireType.LengthDelimited).string(what.tag);
          inside(value, 8, (tensor) => {
            tensor.tag(1, WireType.Varint).int32(DT_STRING);
            inside(tensor, 2, () => {}); // the shape of a scalar
            tensor.tag(8, WireType.LengthDelimited).string(what.text);
          });
          inside(value, 9, (metadata) => {
            inside(
              metadata,
              1,
              (plugin) => plugin.tag(1, WireType.LengthDelimited).string("text"),
            );
            metadata.tag(4, WireType.Varint).int32(DATA_CLASS_TENSOR);
          });
        }));
  }
  return event.finish();
}

/** Writes a message as a field of another. */
function inside(
  writer: BinaryWriter,
  field: number,
  write: (message: BinaryWriter) => void,
): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}
