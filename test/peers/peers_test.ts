/**
 * The embedded model's folder in Python's libraries: `deno task test:peers`.
 *
 * PEERS_MODEL names another folder in the published layout, PYTHON another interpreter.
 *
 * @module
 */
if (Deno.env.get("PEERS") === undefined) {
  Deno.test({
    name: "Python's peers agree (slow, needs Python: only in `deno task test:peers`)",
    ignore: true,
    fn() {},
  });
} else {
  // Loaded here and not at the top: other test runs need none of it.
  const { comparePeers } = await import("./compare.ts");
  const { compareHubCache } = await import("./hub_cache.ts");
  const failure = await comparePeers().then(() => undefined, (error: unknown) => error);
  Deno.test("both sides read the model and answer", () => {
    if (failure !== undefined) throw failure;
  });
  if (failure === undefined) compareHubCache();
  const { compareTensorBoard, hasTensorBoard } = await import("./tensor_board.ts");
  compareTensorBoard(!(await hasTensorBoard()));
}
