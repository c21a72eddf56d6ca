/** Qwen2-VL's special tokens, in the published order. */
export const SPECIAL_TOKENS = [
  "<|endoftext|>",
  "<|im_start|>",
  "<|im_end|>",
  "<|object_ref_start|>",
  "<|object_ref_end|>",
  "<|box_start|>",
  "<|box_end|>",
  "<|quad_start|>",
  "<|quad_end|>",
  "<|vision_start|>",
  "<|vision_end|>",
  "<|vision_pad|>",
  "<|image_pad|>",
  "<|video_pad|>",
] as const;

/** Distance of two neighbouring coordinate tokens, in the frame 0–1000. */
export const COORDINATE_STEP = 10;

/** Coordinates that have tokens: 0, 10, …, 1000. */
export const COORDINATES: readonly number[] = Array.from(
  { length: 1000 / COORDINATE_STEP + 1 },
  (_, i) => i * COORDINATE_STEP,
);

/** Confidences that have tokens, as they are written: 0.05, 0.15, …, 0.95. */
export const CONFIDENCES: readonly string[] = Array.from(
  { length: 10 },
  (_, i) => (i / 10 + 0.05).toFixed(2),
);

/** Parts of answers that are one token each. */
export const ANSWER_PIECES = [
  "<think>",
  "</think>",
  "<answer>",
  "</answer>",
  "No Objects",
  "[{'Position': [",
  "], 'Confidence': ",
  "}, {'Position': [",
  "}]",
  ", ",
] as const;

/** A vocabulary of 256 bytes, special tokens and whole pieces of text. */
export interface Vocabulary {
  /** Number of tokens. */
  readonly size: number;
  /** Special tokens and pieces in the order of their ids; ids count on from 256. */
  readonly added: readonly string[];
  /** The 256 byte tokens by id, each as the one character that byte-level BPE writes for it. */
  readonly bytes: readonly string[];
  /**
   * The id of a piece that is one token: an added one, or a single ASCII character.
   *
   * @throws {RangeError} If `piece` is not one token.
   */
  id(piece: string): number;
  /**
   * Token ids of a text: the longest added token at each place, bytes if none begins there.
   * This is what tokenizer.json does, without its normaliser (NFC leaves ASCII alone).
   */
  encode(text: string): number[];
}

/**
 * Makes the vocabulary of the embedded model.
 *
 * @param words Whole words and pieces beyond the answers' own, such as category names and
 * parts of questions; those that come twice count once.
 *
 * @example A box is four tokens
 * ```ts
 * import assert from "node:assert/strict";
 * import { vocabulary } from "./vocabulary.ts";
 *
 * const { encode } = vocabulary(["cat"]);
 * assert.equal(encode("[{'Position': [10, 20, 300, 1000], 'Confidence': 0.95}]").length, 8);
 * ```
 */
export function vocabulary(words: readonly string[]): Vocabulary {
  const bytes = byteCharacters();
  const byteId = new Map(bytes.map((character, id) => [character, id]));
  const pieces = [
    ...SPECIAL_TOKENS,
    ...ANSWER_PIECES,
    ...words,
    ...COORDINATES.map(String),
    ...COORDINATES.map((value) => `, ${value}`),
    ...CONFIDENCES,
  ];
  // A piece of one character is a byte token already, and a second id for it would be dead.
  const added = [...new Set(pieces)].filter((piece) => piece.length > 1);
  const addedId = new Map(added.map((piece, i) => [piece, bytes.length + i]));
  const longest = Math.max(...added.map((piece) => piece.length));

  function encode(text: string): number[] {
    const ids: number[] = [];
    for (let at = 0; at < text.length;) {
      let length = Math.min(longest, text.length - at);
      while (length > 1 && !addedId.has(text.slice(at, at + length))) length--;
      const character = String.fromCodePoint(text.codePointAt(at)!);
      if (length > 1) ids.push(addedId.get(text.slice(at, at + length))!);
      else ids.push(...encodeBytes(character, byteId, bytes));
      at += length > 1 ? length : character.length;
    }
    return ids;
  }

  return {
    size: bytes.length + added.length,
    added,
    bytes,
    id(piece) {
      const ids = encode(piece);
      if (ids.length !== 1) {
        throw new RangeError(
          `"${piece}" is ${ids.length} tokens, not one: add it to the vocabulary's words`,
        );
      }
      return ids[0]!;
    },
    encode,
  };
}

function encodeBytes(
  character: string,
  byteId: ReadonlyMap<string, number>,
  bytes: readonly string[],
): number[] {
  return [...new TextEncoder().encode(character)].map((byte) =>
    byteId.get(byteCharacter(byte, bytes))!
  );
}

/** GPT-2's order: the printable bytes first, as themselves; the rest as U+0100 and on. */
function byteCharacters(): string[] {
  const printable: number[] = [], rest: number[] = [];
  for (let byte = 0; byte < 256; byte++) {
    (isPrintable(byte) ? printable : rest).push(byte);
  }
  return [
    ...printable.map((byte) => String.fromCharCode(byte)),
    ...rest.map((_, i) => String.fromCharCode(256 + i)),
  ];
}

function isPrintable(byte: number): boolean {
  return byte >= 33 && byte <= 126 || byte >= 161 && byte <= 172 || byte >= 174;
}

function byteCharacter(byte: number, bytes: readonly string[]): string {
  if (isPrintable(byte)) return String.fromCharCode(byte);
  let rank = 0;
  for (let other = 0; other < byte; other++) if (!isPrintable(other)) rank++;
  return bytes[bytes.length - 68 + rank]!;
}
