/**
 * Asks ahead: `read(place)` answers what `ask(place)` does, and `ask` has then been called for
 * the `ahead` places behind it, whose answers wait.
 *
 * For places that are read in ascending order, such as the questions of a run: pictures are
 * decoded while the model works. No more than `ahead` answers wait, so memory is bounded; those
 * of places that were passed over are let go. An error is raised where its place is read, and
 * nowhere where it never is.
 *
 * @param ahead 0 asks for nothing before it is read.
 * @param end Places from here on are not asked for ahead.
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
): (place: number) => Promise<T> {
  const waiting = new Map<number, Promise<T>>();
  return (place) => {
    for (const other of waiting.keys()) {
      if (other < place || other > place + ahead) waiting.delete(other);
    }
    const answer = waiting.get(place) ?? ask(place);
    waiting.delete(place);
    for (let next = place + 1; next <= place + ahead && next < end; next++) {
      if (waiting.has(next)) continue;
      const early = ask(next);
      early.catch(() => {}); // raised where it is read
      waiting.set(next, early);
    }
    return answer;
  };
}
