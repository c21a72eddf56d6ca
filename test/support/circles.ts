/** What points to what, by name. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** A graph of arrows, each from one name to another; arrows from a name to itself are left out. */
export function graphOf(arrows: Iterable<readonly [from: string, to: string]>): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [from, to] of arrows) {
    if (from !== to) graph.set(from, (graph.get(from) ?? new Set()).add(to));
  }
  return graph;
}

/**
 * A way from each name that lies in a circle back to itself, the shortest there is, as
 * `a -> b -> a`; one for each circle's first name.
 */
export function circles(graph: Graph): string[] {
  const seen = new Set<string>();
  return [...graph.keys()].flatMap((start) => {
    if (seen.has(start)) return [];
    const way = wayBack(graph, start);
    for (const name of way) seen.add(name);
    return way.length === 0 ? [] : [way.join(" -> ")];
  });
}

/** Breadth first; empty if no way leads back. */
function wayBack(graph: Graph, start: string): string[] {
  const ways: string[][] = [[start]];
  const reached = new Set<string>();
  for (const way of ways) { // grows
    for (const next of graph.get(way.at(-1)!) ?? []) {
      if (next === start) return [...way, start];
      if (reached.has(next)) continue;
      reached.add(next);
      ways.push([...way, next]);
    }
  }
  return [];
}
