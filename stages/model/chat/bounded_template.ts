import { Environment, Interpreter, parse, tokenize } from "npm:@huggingface/jinja@0.5.11";
import { withinTime } from "../../within_time.ts";

/** Most characters of a template; published ones have at most 20,000. */
const MAX_SOURCE = 2 ** 18;
/** Most nested evaluations of a template; 500 leave half of the stack. */
const MAX_DEPTH = 500;
/** Most numbers of a `range`. */
const MAX_RANGE = 10_000;
/** Most that evaluating may cost: a step 100, an item 100, a character 1. A prompt takes 20,000. */
const BUDGET = 5e7;
const SECONDS = 5;

type Evaluated = ReturnType<Interpreter["evaluate"]>;

/**
 * An untrusted Jinja template: rendering takes at most 5 s and some 200 MB, and runs
 * only the template language, which cannot reach JavaScript.
 *
 * @returns A function that renders with the given variables.
 * @throws {SyntaxError} If it does not parse.
 * @throws {RangeError} If it is too long, or nests too deeply; or, rendered, costs too much.
 * @throws {DOMException} "TimeoutError" if parsing, or rendering, takes too long.
 */
export function boundedTemplate(
  source: string,
): (variables: Readonly<Record<string, unknown>>) => string {
  if (source.length > MAX_SOURCE) {
    throw new RangeError(
      `it has ${source.length} characters, more than the ${MAX_SOURCE} that it may have`,
    );
  }
  const program = withinTime(
    SECONDS,
    () => parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true })),
  );
  return (variables) => {
    const environment = new Environment();
    for (const [name, value] of Object.entries({ ...GLOBALS, ...variables })) {
      environment.set(name, value);
    }
    const interpreter = new BoundedInterpreter(environment);
    const rendered = withinTime(SECONDS, () => interpreter.run(program));
    return rendered.value as string;
  };
}

/** Counts the cost and the depth of evaluating. */
class BoundedInterpreter extends Interpreter {
  #left = BUDGET;
  #depth = 0;

  override evaluate(...args: Parameters<Interpreter["evaluate"]>): Evaluated {
    if (++this.#depth > MAX_DEPTH) {
      throw new RangeError(`it nests deeper than ${MAX_DEPTH} levels`);
    }
    try {
      const value = super.evaluate(...args);
      this.#left -= 100 + weight(value, this.#left, 0);
      if (this.#left < 0) throw new RangeError("it does more than a prompt needs");
      return value;
    } finally {
      this.#depth--; // break and continue are exceptions
    }
  }
}

/** Number of characters and items of a value, nested ones included, up to `most`. */
function weight(value: Evaluated | undefined, most: number, depth: number): number {
  const inner: unknown = value?.value;
  if (typeof inner === "string") return inner.length;
  if (!Array.isArray(inner) && !(inner instanceof Map)) return 1;
  if (depth > MAX_DEPTH) return Infinity; // a namespace that holds itself
  let sum = 0;
  for (const item of inner.values()) {
    sum += 100 + weight(item, most - sum, depth + 1);
    if (sum > most) break;
  }
  return sum;
}

/** The globals of every template, as in the library's own `Template`. */
const GLOBALS = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  raise_exception: (message: unknown) => {
    throw new Error(String(message));
  },
  range,
  strftime_now: (format: unknown) => strftime(new Date(), String(format)),
};

function range(first: number, end?: number, step = 1): number[] {
  const [from, to] = end === undefined ? [0, first] : [first, end];
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (!(length <= MAX_RANGE)) {
    throw new RangeError(`its range has ${length} numbers, more than ${MAX_RANGE}`);
  }
  return Array.from({ length }, (_, i) => from + i * step);
}

function strftime(date: Date, format: string): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const month = (length: "long" | "short") =>
    new Intl.DateTimeFormat(undefined, { month: length }).format(date);
  const parts: Readonly<Record<string, () => string>> = {
    "%Y": () => String(date.getFullYear()),
    "%m": () => two(date.getMonth() + 1),
    "%d": () => two(date.getDate()),
    "%b": () => month("short"),
    "%B": () => month("long"),
    "%H": () => two(date.getHours()),
    "%M": () => two(date.getMinutes()),
    "%%": () => "%",
  };
  return format.replace(/%[YmdbBHM%]/g, (part) => parts[part]!());
}
