import assert from "node:assert/strict";
import { namesSeen } from "../../../data/emoji/names_seen.ts";

const at = (name: string, x1: number, x2: number) => ({
  name,
  box: { x1, y1: 0, x2, y2: 10 },
});

Deno.test("namesSeen() goes by middles from left to right, and says a name once", () => {
  // Middles 500, 300, 250 and 900: the wide dog begins left of the cat and lies right of it.
  const scene = [at("pig", 450, 550), at("dog", 0, 600), at("cat", 200, 300)];
  assert.deepEqual(namesSeen([...scene, at("cat", 880, 920)]), ["cat", "dog", "pig"]);
  assert.deepEqual(namesSeen([at("b", 0, 10), at("a", 2, 8)]), ["b", "a"]);
  assert.deepEqual(namesSeen([]), []);
});
