import assert from "node:assert/strict";
import fc from "fast-check";
import { AHEAD_BYTES, lookAhead } from "../../../data/questions/look_ahead.ts";

Deno.test("every place is asked for once, in order, and no further ahead than said", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 6 }),
      fc.integer({ min: 1, max: 30 }),
      async (ahead, end) => {
        const asked: number[] = [];
        const read = lookAhead(
          (place) => {
            asked.push(place);
            return Promise.resolve(place * 10);
          },
          ahead,
          end,
        );
        for (let place = 0; place < end; place++) {
          assert.equal(await read(place), place * 10);
          assert.equal(asked.length, Math.min(place + ahead + 1, end));
        }
        assert.deepEqual(asked, Array.from({ length: end }, (_, i) => i));
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("an error is raised where its place is read, and a jump asks again", async () => {
  let asked = 0;
  const read = lookAhead((place) => {
    asked++;
    return place === 2 ? Promise.reject(new Error("broken")) : Promise.resolve(place);
  }, 3);
  assert.equal(await read(0), 0);
  assert.equal(await read(1), 1);
  await assert.rejects(read(2), /broken/);
  assert.equal(asked, 6); // 0 to 5
  assert.equal(await read(100), 100); // a resumed run
  assert.equal(asked, 10); // 100 to 103
});

Deno.test("answers that are heavy are asked for as far ahead as fits in memory", async () => {
  for (
    const [weight, most] of [[1, 8], [AHEAD_BYTES / 3, 3], [AHEAD_BYTES, 1], [
      2 * AHEAD_BYTES,
      0,
    ]] as const
  ) {
    let asked = 0;
    const read = lookAhead(
      (place) => {
        asked++;
        return Promise.resolve(place);
      },
      8,
      100,
      () => weight,
    );
    await read(0);
    assert.equal(asked, 3, "nothing is known yet");
    for (let place = 1; place < 20; place++) assert.equal(await read(place), place);
    assert.equal(asked, 20 + most);
  }
});
