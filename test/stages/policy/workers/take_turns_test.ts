import assert from "node:assert/strict";
import { takeTurns } from "../../../../stages/policy/workers/take_turns.ts";

const soon = () => new Promise((resolve) => setTimeout(resolve, 1));

Deno.test("tasks run one at a time on each member, all members at once, in order", async () => {
  const turns = takeTurns(["a", "b"]);
  const busy = new Set<string>(), began: number[] = [];
  let most = 0;
  const done = await Promise.all(
    [...Array(9).keys()].map((i) =>
      turns.run(async (member) => {
        assert.ok(!busy.has(member));
        busy.add(member);
        began.push(i);
        most = Math.max(most, busy.size);
        await soon();
        busy.delete(member);
        return i;
      })
    ),
  );
  assert.deepEqual(done, [...Array(9).keys()]);
  assert.deepEqual(began, done);
  assert.equal(most, 2);
});

Deno.test("a task that fails tells its caller, and its member goes on", async () => {
  const turns = takeTurns([1]);
  await assert.rejects(turns.run(() => Promise.reject(new RangeError("no"))), /no/);
  assert.equal(await turns.run((member) => Promise.resolve(member)), 1);
});

Deno.test("idle() waits for tasks that run and for those that wait", async () => {
  const turns = takeTurns([1]);
  let ended = 0;
  const task = async () => {
    await soon();
    ended++;
  };
  void turns.run(task);
  void turns.run(task);
  await turns.idle();
  assert.equal(ended, 2);
  await turns.idle();
});
