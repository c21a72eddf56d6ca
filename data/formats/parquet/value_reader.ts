import type { Leaf } from "./footer.ts";

/**
 * Makes texts and numbers of a column's values.
 *
 * @throws {SyntaxError} In what it returns, if a number is none that JSON can have, or a whole number
 * beyond 2^53, which is not exact.
 */
export function valueReader(
  { number, path }: Leaf,
): (bytes: Uint8Array) => string | number {
  if (number === undefined) {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return (bytes) => {
      try {
        return decoder.decode(bytes);
      } catch {
        throw new SyntaxError(`the column ${path[0]} has a text that is not UTF-8`);
      }
    };
  }
  return (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const value = numberIn(view, number.kind, number.width);
    const isExact = number.kind === "float"
      ? Number.isFinite(value)
      : Number.isSafeInteger(value);
    if (isExact) return value;
    throw new SyntaxError(
      `the column ${path[0]} has the number ${value}, which is not read`,
    );
  };
}

function numberIn(view: DataView, kind: string, width: number): number {
  switch (`${kind} ${width}`) {
    case "float 4":
      return view.getFloat32(0, true);
    case "float 8":
      return view.getFloat64(0, true);
    case "signed 4":
      return view.getInt32(0, true);
    case "unsigned 4":
      return view.getUint32(0, true);
    case "signed 8":
      return Number(view.getBigInt64(0, true));
    default:
      return Number(view.getBigUint64(0, true));
  }
}
