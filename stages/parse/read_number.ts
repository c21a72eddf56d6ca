import { plainLabel } from "./plain_label.ts";

/** Characters of a content that states a number, at most. */
const MOST = 80;
const NUMBER = String.raw`[+\-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?`;
/** A currency sign, the number, and a unit of up to three words. */
const QUANTITY = new RegExp(
  String.raw`^[$€£¥]?\s*(${NUMBER})((?:\s*[%°\p{L}][\p{L}²³/]{0,19}){0,3})$`,
  "u",
);
/** One number under one key, whatever the key is. */
const KEYED = /^\{\s*["']?[\w -]+["']?\s*:\s*["']?([^"'{}:]*)["']?\s*\}$/;
const FORMULA = /^(?:\$([^$]*)\$|\\\(([^()]*)\\\))$/;

const WORDS = [
  ..."zero one two three four five six seven eight nine ten eleven twelve".split(" "),
];

/**
 * The one number that an answer's content states, with or without a unit: "3", "3.0", "1,000",
 * "−2.5 °C", "3 cups", "three", `{"count": 3}`, and all of these as `plainLabel` reads them: in a
 * code fence, `\boxed{…}`, quotes. A percentage is the number in front of its sign.
 *
 * Nothing else is a number: not "3 or 4", "1-5", "3,5", "3/4", "not 3" or a sentence around it, so
 * that no text states two. Total.
 *
 * @returns A finite number; `undefined` if none can be read.
 *
 * @example
 * ```ts
 * import { readNumber } from "./read_number.ts";
 *
 * readNumber("1,000 cups"); // 1000
 * readNumber("3 or 4"); // undefined
 * ```
 */
export function readNumber(content: string): number | undefined {
  const text = stripped(content);
  if (text === undefined) return undefined;
  const word = WORDS.indexOf(text.toLowerCase());
  if (word >= 0) return word;
  const [, stated, unit] = QUANTITY.exec(text) ?? [];
  if (stated === undefined || namesNumber(unit!)) return undefined;
  const value = Number(stated.replaceAll(",", "").replace("−", "-"));
  return Number.isFinite(value) ? value : undefined;
}

function stripped(content: string): string | undefined {
  if (content.length > 4 * MOST) return undefined;
  let text = plainLabel(content).trim();
  const keyed = KEYED.exec(text)?.[1];
  if (keyed !== undefined) text = plainLabel(keyed).trim();
  const formula = FORMULA.exec(text);
  if (formula) text = (formula[1] ?? formula[2]!).trim();
  return text.length <= MOST ? text : undefined;
}

/** "3 or four" states two numbers. */
function namesNumber(unit: string): boolean {
  return unit.toLowerCase().split(/[^\p{L}]+/u).some((word) => WORDS.includes(word));
}
