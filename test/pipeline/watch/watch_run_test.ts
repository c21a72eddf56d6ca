import assert from "node:assert/strict";
import { join } from "node:path";
import { lastValueFrom, type Observable, toArray } from "rxjs";
import type { MetricsRecord } from "../../../pipeline/run_folder/metrics.ts";
import type { RunParts } from "../../../pipeline/run/run_parts.ts";
import { train } from "../../../pipeline/train/train.ts";
import { watchRun } from "../../../pipeline/watch/watch_run.ts";
import { inFolder } from "../../support/in_folder.ts";
import { bandit, cats, partsOf, QUICK } from "../../support/bandit.ts";
import { eventsOf } from "../../support/events.ts";

/** Parts with a bandit whose training questions from `place` on wait for `release`. */
function waiting(place: number, stop?: AbortSignal) {
  const { promise, resolve: release } = Promise.withResolvers<void>();
  let asked = 0;
  const train = cats(5);
  const data = {
    train: {
      ...train,
      async question(index: number) {
        if (asked++ >= place) await promise;
        return await train.question(index);
      },
    },
    heldOut: cats(3),
    describe: "cats",
  };
  const parts: RunParts = {
    ...partsOf(bandit(), stop),
    openData: () => Promise.resolve(data),
  };
  return { parts, release };
}

/** Runs, and gives the address as soon as there is one. */
async function begin(
  start: (onServing: (url: string) => void) => Observable<MetricsRecord>,
) {
  const { promise, resolve } = Promise.withResolvers<string>();
  const records = lastValueFrom(start(resolve).pipe(toArray()));
  const url = await Promise.race([
    promise,
    records.then(() => assert.fail("the run ended without a page")),
  ]);
  return { url, records };
}

/** The sections as a page that listens has them, each time that news have come. */
async function* pageOf(url: string, headers: Readonly<Record<string, string>> = {}) {
  const sections: Record<string, string> = {};
  for await (const { event, id, data } of eventsOf(url, headers)) {
    if (event) sections[event] = data;
    if (id) yield { id, sections: { ...sections } };
  }
}

Deno.test("an open page follows the run to its end, and a reload shows everything at once", async () => {
  await inFolder(async (folder) => {
    const { parts, release } = waiting(3);
    const settings = { ...QUICK, out: join(folder, "mine") };
    const { url, records } = await begin((onServing) =>
      watchRun((more) => train(settings, { ...parts, ...more }), { port: 0, onServing })
    );
    let last: Record<string, string> = {}, reloaded = "";
    for await (const { sections } of pageOf(url)) {
      last = sections;
      if (reloaded === "" && /Step 1 of 4/.test(sections.summary!)) {
        assert.match(sections.rollouts!, /Sampled in step 1/);
        reloaded = await (await fetch(url)).text();
        release();
      }
    }
    assert.match(reloaded, /Step 1 of 4/);
    assert.match(reloaded, /Sampled in step 1/);
    assert.match(last.summary!, /data-phase="done"/);
    assert.match(last.summary!, /Step 4 of 4/);
    assert.match(last.rollouts!, /Sampled in step 4/);
    assert.match(last.curves!, /aria-label="Reward"/);
    assert.equal(last.evaluations!.match(/<th scope="row">/g)!.length, 3); // and the change
    assert.equal((await records).at(-1)!.type, "done");
    await assert.rejects(fetch(url), TypeError);
  });
});

Deno.test("a run that is watched has the records of one that is not", async () => {
  await inFolder(async (folder) => {
    const records = (out: string, watch: boolean) =>
      lastValueFrom(
        train(
          { ...QUICK, out: join(folder, out), watch, watchPort: 0 },
          partsOf(bandit()),
        )
          .pipe(toArray()),
      );
    const steps = async (out: string, watch: boolean) =>
      (await records(out, watch)).flatMap((record) =>
        record.type === "step" ? [{ ...record, step_time: 0 }] : []
      );
    const watched = await steps("a", true);
    assert.equal(watched.length, 4);
    assert.deepEqual(watched, await steps("b", false));
  });
});

Deno.test("a resumed run on the same port is picked up, with its earlier steps", async () => {
  await inFolder(async (folder) => {
    const out = join(folder, "mine");
    const stop = new AbortController();
    const { parts, release } = waiting(6, stop.signal);
    const settings = { ...QUICK, out, watch: true, watchPort: 0 };
    const first = await begin((onWatch) => train(settings, { ...parts, onWatch }));
    let token = "", last: Record<string, string> = {};
    for await (const { id, sections } of pageOf(first.url)) {
      [token, last] = [id, sections];
      if (/Step 2 of 4/.test(sections.summary!)) {
        stop.abort();
        release();
      }
    }
    assert.match(last.summary!, /data-phase="stopped"/);
    assert.match(last.alarms!, /Stopped after step 2 of 4/);
    await first.records;

    // As the browser does: the same address, and what it saw last.
    const watchPort = Number(new URL(first.url).port);
    const again = waiting(3);
    const second = await begin((onWatch) =>
      train({ resume: out, watchPort }, { ...again.parts, onWatch })
    );
    assert.equal(second.url, first.url);
    for await (const { sections } of pageOf(second.url, { "last-event-id": token })) {
      last = { ...last, ...sections };
      if (/Step 3 of 4/.test(sections.summary!)) again.release();
    }
    assert.match(last.summary!, /data-phase="done"/);
    assert.equal(last.alarms, ""); // of the sitting before
    const steps = (await second.records).flatMap((r) =>
      r.type === "step" ? [r.step] : []
    );
    assert.deepEqual(steps, [3, 4]);
    const ticks = [...last.curves!.matchAll(/<text[^>]*>(\d+)<\/text>/g)];
    assert.ok(ticks.some(([, step]) => step === "1"), "the curves begin with step 1");
  });
});

Deno.test("browsers that hang up do a run no harm", async () => {
  await inFolder(async (folder) => {
    const { parts, release } = waiting(3);
    const settings = { ...QUICK, out: join(folder, "mine") };
    const { url, records } = await begin((onServing) =>
      watchRun((more) => train(settings, { ...parts, ...more }), { port: 0, onServing })
    );
    for (let i = 0; i < 3; i++) {
      for await (const _ of pageOf(url)) break;
    }
    release();
    assert.equal((await records).at(-1)!.type, "done");
  });
});

Deno.test("a run that fails says so in the page, and to its caller", async () => {
  await inFolder(async (folder) => {
    const parts = partsOf(bandit({ failsSavingAt: 4 }));
    const { url, records } = await begin((onServing) =>
      watchRun((more) => {
        const settings = { ...QUICK, out: join(folder, "mine"), saveSteps: 2 };
        return train(settings, { ...parts, ...more });
      }, { port: 0, onServing })
    );
    const failed = assert.rejects(records, /disk is full/);
    let last: Record<string, string> = {};
    for await (const { sections } of pageOf(url)) last = sections;
    await failed;
    assert.match(last.summary!, /data-phase="failed"[\s\S]*The disk is full/);
  });
});

Deno.test("a port in use ends a run before it begins", async () => {
  await inFolder(async (folder) => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const out = join(folder, "mine");
    const policy = bandit();
    const run = train({ ...QUICK, out, watch: true, watchPort: port }, partsOf(policy));
    await assert.rejects(
      lastValueFrom(run),
      { message: new RegExp(`^Port ${port} of 127.0.0.1 is in use: give another one`) },
    );
    assert.deepEqual(policy.events, []);
    await assert.rejects(Deno.stat(out), Deno.errors.NotFound);
  });
});

Deno.test("who unsubscribes ends run and page", async () => {
  await inFolder(async (folder) => {
    const { parts, release } = waiting(0);
    const { promise, resolve } = Promise.withResolvers<string>();
    const settings = { ...QUICK, out: join(folder, "mine"), evalSamples: 0 };
    const subscription = watchRun(
      (more) => train(settings, { ...parts, ...more }),
      { port: 0, onServing: resolve },
    ).subscribe();
    const url = await promise;
    const listening = (async () => {
      for await (const _ of pageOf(url)) subscription.unsubscribe();
    })();
    await listening;
    release();
    while (await fetch(url).then((answer) => answer.text(), () => undefined)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
});
