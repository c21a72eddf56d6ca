import { BinaryWriter, WireType } from "npm:@bufbuild/protobuf@2.17.0/wire";
import { ATTRIBUTE, type OpAttribute } from "../native_binding.ts";

/** A node of TensorFlow's graph. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** Outputs of other nodes, `node:output`. */
  readonly inputs: readonly string[];
  readonly attributes: readonly OpAttribute[];
  /** The value of an operation `Const`. */
  readonly value?: {
    readonly shape: readonly number[];
    readonly dtype: number;
    readonly bytes: Uint8Array;
  };
}

/** Version of the GraphDef format: of TensorFlow 2.21's operations. */
const PRODUCER = 1882;

/**
 * Nodes as a serialised `tensorflow.GraphDef` (tensorflow/core/framework/graph.proto).
 *
 * @throws {TypeError} If an attribute has a type that no operation of tfjs has.
 */
export function encodeGraph(nodes: readonly GraphNode[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const { name, op, inputs, attributes, value } of nodes) {
    message(writer, 1, (node) => {
      text(node, 1, name);
      text(node, 2, op);
      for (const input of inputs) text(node, 3, input);
      for (const attribute of attributes) {
        entry(node, attribute.name, (at) => attributeValue(at, attribute));
      }
      if (value === undefined) return;
      entry(node, "dtype", (at) => at.tag(6, WireType.Varint).int32(value.dtype));
      entry(node, "value", (at) =>
        message(at, 8, (tensor) => {
          tensor.tag(1, WireType.Varint).int32(value.dtype);
          message(tensor, 2, (shape) => dimensions(shape, value.shape));
          tensor.tag(4, WireType.LengthDelimited).bytes(value.bytes);
        }));
    });
  }
  message(writer, 4, (versions) => versions.tag(1, WireType.Varint).int32(PRODUCER));
  return writer.finish();
}

function message(
  writer: BinaryWriter,
  field: number,
  write: (writer: BinaryWriter) => void,
) {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string) {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

/** An entry of a node's map of attributes. */
function entry(node: BinaryWriter, name: string, write: (value: BinaryWriter) => void) {
  message(node, 5, (pair) => {
    text(pair, 1, name);
    message(pair, 2, write);
  });
}

function dimensions(writer: BinaryWriter, shape: readonly number[]) {
  for (const size of shape) {
    message(writer, 2, (dimension) => dimension.tag(1, WireType.Varint).int64(size));
  }
}

function attributeValue(writer: BinaryWriter, { name, type, value }: OpAttribute) {
  const one = (writer: BinaryWriter, value: unknown) => {
    switch (type) {
      case ATTRIBUTE.string:
        return text(writer, 2, value as string);
      case ATTRIBUTE.int:
        return writer.tag(3, WireType.Varint).int64(value as number);
      case ATTRIBUTE.float:
        return writer.tag(4, WireType.Bit32).float(value as number);
      case ATTRIBUTE.bool:
        return writer.tag(5, WireType.Varint).bool(value as boolean);
      case ATTRIBUTE.type:
        return writer.tag(6, WireType.Varint).int32(value as number);
      case ATTRIBUTE.shape:
        return message(writer, 7, (shape) => dimensions(shape, value as number[]));
    }
    throw new TypeError(`Attribute ${name} has type ${type}, which no graph takes`);
  };
  if (Array.isArray(value) && type !== ATTRIBUTE.shape) {
    message(writer, 1, (list) => value.forEach((each) => one(list, each)));
  } else {
    one(writer, value);
  }
}
