import { stream } from "../../data/random.ts";
import { joined } from "../support/made_files.ts";

/** A file with one thing wrong. */
export interface Mutant {
  /** What was done to it. */
  readonly damage: Damage;
  /** The file's bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * What is done to a file. The first change marks and keys alone, so that no value becomes another
 * one; the others may change a value, and then the file says something else.
 */
export const DAMAGES = [
  ...["mark dropped", "fence dropped", "key renamed", "number as text"] as const,
  ...["bit flipped", "end cut off", "piece dropped", "piece repeated"] as const,
  "tokens swapped",
] as const;

/** One of the {@linkcode DAMAGES}. */
export type Damage = (typeof DAMAGES)[number];

/** Damages after which every question that is read must be one of the sound file's. */
export const OF_STRUCTURE: ReadonlySet<Damage> = new Set(DAMAGES.slice(0, 4));

type Draw = () => number;

/** Makes a mutant of a file; nothing if the damage finds nothing to damage, or changes nothing. */
export function mutant(
  sound: Uint8Array,
  seed: number,
  isText: boolean,
): Mutant | undefined {
  const draw = stream(seed, 0);
  const able = isText ? DAMAGES : DAMAGES.slice(4, 8);
  const damage = able[Math.floor(draw() * able.length)]!;
  const bytes = damaged(sound, damage, draw);
  if (bytes === undefined || same(bytes, sound)) return undefined;
  return { damage, bytes };
}

function damaged(
  sound: Uint8Array,
  damage: Damage,
  draw: Draw,
): Uint8Array<ArrayBuffer> | undefined {
  const at = Math.floor(draw() * sound.length), length = 1 + Math.floor(draw() * 20);
  switch (damage) {
    case "bit flipped": {
      const bytes = sound.slice() as Uint8Array<ArrayBuffer>;
      bytes[at] = bytes[at]! ^ (1 << Math.floor(draw() * 8));
      return bytes;
    }
    case "end cut off":
      return sound.slice(0, at) as Uint8Array<ArrayBuffer>;
    case "piece dropped":
      return joined(sound.subarray(0, at), sound.subarray(at + length));
    case "piece repeated":
      return joined(sound.subarray(0, at + length), sound.subarray(at));
  }
  const text = new TextDecoder().decode(sound);
  const changed = changedText(text, damage, draw);
  return changed === undefined
    ? undefined
    : new TextEncoder().encode(changed) as Uint8Array<ArrayBuffer>;
}

function changedText(text: string, damage: Damage, draw: Draw): string | undefined {
  const one = (pattern: RegExp) => {
    const found = [...text.matchAll(pattern)];
    return found[Math.floor(draw() * found.length)];
  };
  const put = (at: number, length: number, by: string) =>
    text.slice(0, at) + by + text.slice(at + length);
  switch (damage) {
    case "mark dropped": {
      const mark = one(/[[\](){}<>"']/g);
      return mark && put(mark.index, 1, "");
    }
    case "fence dropped": {
      const fence = one(/```(json)?|<\/?answer>|\\n/g);
      return fence && put(fence.index, fence[0].length, "");
    }
    case "key renamed": {
      const key = one(/(?<=["'])\w+(?=\\?["']\s*:)|(?<=<\/?)\w+(?=>)|^\w+(?=:)/gm);
      if (key === undefined) return undefined;
      const within = Math.floor(draw() * key[0].length);
      const by = draw() < 0.5 ? "" : "x";
      return put(key.index + within, 1, by);
    }
    case "number as text": {
      const number = one(/(?<![\w."'-])-?\d+(\.\d+)?(?![\w."'])/g);
      return number && put(number.index, number[0].length, `"${number[0]}"`);
    }
    case "tokens swapped": {
      const tokens = [...text.matchAll(/[\w.]+|[^\w\s]/g)];
      const i = Math.floor(draw() * (tokens.length - 1));
      const [a, b] = [tokens[i], tokens[i + 1]];
      if (a === undefined || b === undefined) return undefined;
      const between = text.slice(a.index + a[0].length, b.index);
      return put(a.index, b.index + b[0].length - a.index, b[0] + between + a[0]);
    }
    default:
      return undefined;
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
