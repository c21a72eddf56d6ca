import { printable } from "../../../data/short_text.ts";

/**
 * Finds what JSON.parse accepts: a name that occurs twice in an object, of which it keeps the last,
 * and more than `most` names in all. Undefined if there is neither; the rest is JSON.parse's
 * to check.
 */
export function jsonFault(text: string, most: number): string | undefined {
  /** Names so far of each open object; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  let nameNext = false, count = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case "{":
      case "[":
        nameNext = text[i] === "{";
        open.push(nameNext ? new Set() : undefined);
        break;
      case "}":
      case "]":
        open.pop();
        nameNext = false;
        break;
      case ",":
        nameNext = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = endOfString(text, i);
        if (nameNext) {
          const name = text.slice(i, end + 1), names = open.at(-1)!;
          const plain = name.includes("\\") ? unescaped(name) : name;
          if (names.has(plain)) return `the name ${printable(name, 60)} comes twice`;
          if (++count > most) return `it has more than ${most} names`;
          names.add(plain);
          nameNext = false;
        }
        i = end;
      }
    }
  }
  return undefined;
}

/** The place of the quote that ends a string; the text's end if there is none. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
  return i;
}

function unescaped(name: string): string {
  try {
    return JSON.stringify(JSON.parse(name));
  } catch {
    return name;
  }
}
