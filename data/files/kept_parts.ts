/**
 * Keeps the parts that were read last, within a limit: `read(key)` resolves to what `load(key)`
 * does. One part is loaded at a time, so memory is bounded whatever is asked for at once.
 *
 * @param limit Bytes that may be kept; the newest part is kept however large it is.
 * @param bytesOf The size of a part.
 */
export function keptParts<Part>(
  load: (key: number) => Promise<Part>,
  bytesOf: (part: Part) => number,
  limit: number,
): (key: number) => Promise<Part> {
  const kept = new Map<number, { readonly part: Promise<Part>; bytes: number }>();
  let loading: Promise<unknown> = Promise.resolve();
  const loadAlone = (key: number) => {
    const part = loading.then(() => load(key));
    loading = part.catch(() => {});
    return part;
  };
  return async (key) => {
    const entry = kept.get(key) ?? { part: loadAlone(key), bytes: 0 };
    kept.delete(key);
    kept.set(key, entry); // the newest is last
    try {
      entry.bytes = bytesOf(await entry.part);
    } catch (error) {
      kept.delete(key); // it may be there the next time
      throw error;
    }
    let total = [...kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [oldest, { bytes }] of kept) {
      if (total <= limit || oldest === key) break;
      kept.delete(oldest);
      total -= bytes;
    }
    return await entry.part;
  };
}
