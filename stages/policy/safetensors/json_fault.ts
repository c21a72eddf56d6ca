/**
 * What JSON.parse lets pass or breaks down under: a name that comes twice in an object, of
 * which it keeps the last, and lists in lists in lists. Undefined where there is neither; the
 * rest is JSON.parse's to judge.
 *
 * @param depth How many objects and lists may lie in each other.
 */
export function jsonFault(text: string, depth: number): string | undefined {
  /** Names so far of each open object; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  let nameNext = false;
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case "{":
      case "[":
        if (open.length === depth) return `it nests deeper than ${depth} levels`;
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
          if (names.has(plain)) return `the name ${shortened(name)} comes twice`;
          names.add(plain);
          nameNext = false;
        }
        i = end;
      }
    }
  }
  return undefined;
}

/** The place of the quote that ends a string; the text's end where there is none. */
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

function shortened(name: string): string {
  return name.length > 60 ? name.slice(0, 57) + "…" : name;
}
