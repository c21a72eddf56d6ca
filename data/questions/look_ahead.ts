/** Bytes of answers that wait, if `weigh` is given. */
export const AHEAD_BYTES = 2 ** 29;

/**
 * Asks ahead: `read(place)` returns what `ask(place)` does, after calling `ask` for the next `ahead`
 * places as well. Their answers wait.
 *
 * For places that are read in ascending order, such as the questions of a run: images are
 * decoded while the model works. No more than `ahead` answers wait, so memory is bounded; answers of
 * skipped places are dropped. An error is raised when its place is read, and not otherwise.
 *
 * @param ahead 0 asks for nothing before it is read.
 * @param end Places from here on are not asked for ahead.
 * @param weigh Bytes of an answer. With it, asking ahead starts with two places, and no more is
 * asked for than fits in {@linkcode AHEAD_BYTES} if answers stay as large as the largest so far.
 *
 * @example
 * ```ts
 * import { lookAhead } from "./look_ahead.ts";
 *
 * const read = lookAhead((place) => Promise.resolve(place * 10), 2);
 * await read(0); // 0; places 1 and 2 are under way
 * ```
 */
export function lookAhead<T>(
  ask: (place: number) => Promise<T>,
  ahead: number,
  end = Infinity,
  weigh?: (answer: T) => number,
): (place: number) => Promise<T> {
  const waiting = new Map<number, Promise<T>>();
  let heaviest: number | undefined; // nothing is known yet
  const most = () =>
    weigh === undefined
      ? ahead
      : heaviest === undefined
      ? Math.min(ahead, 2)
      : Math.min(ahead, Math.floor(AHEAD_BYTES / heaviest));
  const asked = (place: number) => {
    const answer = ask(place);
    if (weigh !== undefined) {
      answer.then(
        (answer) => heaviest = Math.max(heaviest ?? 1, weigh(answer)),
        () => heaviest ??= 1,
      );
    }
    return answer;
  };
  return (place) => {
    for (const other of waiting.keys()) {
      if (other < place || other > place + ahead) waiting.delete(other);
    }
    const answer = waiting.get(place) ?? asked(place);
    waiting.delete(place);
    for (let next = place + 1; next <= place + most() && next < end; next++) {
      if (waiting.has(next)) continue;
      const early = asked(next);
      early.catch(() => {}); // raised when it is read
      waiting.set(next, early);
    }
    return answer;
  };
}
