import assert from "node:assert/strict";
import fc from "fast-check";
import type { RgbImage } from "../../../data/pictures/image.ts";
import { sectionRenderer } from "../../../pipeline/watch/rendered.ts";
import { watchPage } from "../../../pipeline/watch/watch_page.ts";
import {
  NOTHING_YET,
  type WatchState,
  withEnd,
  withGroup,
  withRecord,
} from "../../../pipeline/watch/watch_state.ts";
import { config, evaluation, group, step } from "../../support/records.ts";

const picture: RgbImage = { width: 4, height: 2, data: new Uint8Array(24).fill(200) };
const box = { x1: 100, y1: 100, x2: 400, y2: 900 };
const target = { kind: "detection", category: "cat", boxes: [box] } as const;

async function sections(state: WatchState): Promise<Record<string, string>> {
  const { sections } = await sectionRenderer().render(state);
  return Object.fromEntries(sections.map(({ id, html }) => [id, html]));
}

const started = withRecord(NOTHING_YET, config);

Deno.test("the page says that model and data are being opened, and no more", async () => {
  const { summary, ...rest } = await sections(NOTHING_YET);
  assert.match(summary!, /Opening model and data/);
  assert.deepEqual(Object.values(rest), ["", "", "", "", ""]);
});

Deno.test("the summary says what the run is at", async () => {
  const says = async (state: WatchState) =>
    /<\/span>([^<]+)<\/p>/.exec((await sections(state)).summary!)![1];
  const asked = withRecord(started, evaluation(0, 0.5));
  const made = [1, 2, 3, 4].reduce((state, n) => withRecord(state, step(n)), asked);
  assert.equal(await says(started), "Evaluating");
  assert.equal(await says(asked), "Training");
  assert.equal(await says(made), "Evaluating");
  assert.equal(await says(withRecord(made, evaluation(4, 1))), "Saving");
  assert.equal(await says(withEnd(made)), "Stopped");
  assert.match((await sections(withEnd(made, new Error("no disk")))).summary!, /no disk/);
});

Deno.test("the summary has steps, time left and the change of figures", async () => {
  const state = withRecord(withRecord(started, evaluation(0, 0.25)), step(1));
  const { summary } = await sections(withRecord(state, evaluation(1, 0.75)));
  assert.match(summary!, /Step 1 of 4 · 2\.0 s a step · about 6 s left/);
  assert.match(summary!, /0\.250 → <\/span>0\.750/);
  assert.match(summary!, /data-title="1\/4 · mine"/);
});

Deno.test("curves, alarms and evaluations have what the records say", async () => {
  const alarm = { type: "alarm", name: "kl_blow_up", step: 1, message: "far" } as const;
  const records = [evaluation(0, 0.25), step(1), step(2), alarm, evaluation(2, 0.75)];
  const html = await sections(
    records.reduce((state, record) => withRecord(state, record), started),
  );
  assert.match(html.curves!, /aria-label="Reward"/);
  assert.match(html.alarms!, /kl blow up/);
  assert.match(html.evaluations!, /\+0\.500/);
  assert.match(html.configuration!, /a bandit/);
});

Deno.test("an answer's boxes are drawn with rank and colour, the best on top", async () => {
  const said = [
    { text: "far", reward: 0, boxes: [{ ...box, x1: 0 }] },
    { text: "near", reward: 2, boxes: [box] },
  ];
  const state = withRecord(
    withGroup(started, group(1, "a", said, target, [picture])),
    step(1),
  );
  const { rollouts } = await sections(state);
  const boxes = /<g class="(box [^"]+)"(?: style="--box: ([^"]+)")?/g;
  const drawn = [...rollouts!.matchAll(boxes)];
  assert.deepEqual(drawn.map(([, look, colour]) => [look, colour]), [
    ["box truth", undefined],
    ["box answer rank-2", "rgb(124, 108, 242)"],
    ["box answer rank-1", "rgb(255, 233, 92)"],
    // Their labels, above all lines.
    ["box answer rank-2", "rgb(124, 108, 242)"],
    ["box answer rank-1", "rgb(255, 233, 92)"],
  ]);
  assert.match(rollouts!, /<image[^>]* href="data:image\/webp;base64,/);
  assert.ok(rollouts!.indexOf(">near<") < rollouts!.indexOf(">far<"));
  assert.match(rollouts!, /<b>2\.00<\/b> <small title="advantage">\+1\.00/);
});

Deno.test("a thousand boxes and long texts are cut", async () => {
  const boxes = Array.from({ length: 1000 }, () => box);
  const said = [{ text: "x".repeat(100_000), reward: 1, boxes }];
  const state = withRecord(withGroup(started, group(1, "a", said, target)), step(1));
  const { rollouts } = await sections(state);
  assert.equal(rollouts!.match(/<rect class="line"/g)!.length, 24);
  assert.ok(rollouts!.length < 15_000, `${rollouts!.length}`);
});

Deno.test("only what has changed is made again, and the version tells", async () => {
  const { render } = sectionRenderer();
  const state = withRecord(withRecord(started, evaluation(0, 0.5)), step(1));
  const first = await render(state);
  assert.equal(await render(state), first);
  const alarm = { type: "alarm", name: "x", step: 1, message: "y" } as const;
  const next = await render(withRecord(state, alarm));
  assert.equal(next.version, first.version + 1);
  const changed = next.sections.filter(({ version }) => version === next.version);
  assert.deepEqual(changed.map(({ id }) => id), ["alarms"]);
});

Deno.test("a section that cannot be made says why, and the others are there", async () => {
  const broken = { width: 3, height: 3, data: new Uint8Array(1) };
  const said = [{ text: "cat", reward: 1 }];
  const grouped = withGroup(started, group(1, "a", said, target, [broken]));
  const html = await sections(withRecord(grouped, step(1)));
  assert.match(html.rollouts!, /The rollouts cannot be shown: /);
  assert.match(html.summary!, /Step 1 of 4/);
});

Deno.test("no text of a run opens a tag or ends the script", async () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary-ascii", minLength: 1 }),
    fc.constantFrom(
      "</script><b>",
      '"><img src=x>',
      "<!--",
      "'onload=x'",
      "\r\ndata: x",
      "\u202e<i>",
    ),
  );
  const plain = await tags("x", "x");
  await fc.assert(
    fc.asyncProperty(hostile, hostile, async (a, b) => {
      assert.deepEqual(await tags(a, b), plain);
    }),
    { numRuns: 25 },
  );

  async function tags(a: string, b: string): Promise<string[]> {
    const named = { ...config, run: `/runs/${b}`, engine: a };
    const label = { kind: "classification", label: b } as const;
    const begun = withRecord(NOTHING_YET, named);
    const sampled = withGroup(begun, group(1, b, [{ text: a, reward: 1 }], label));
    const alarm = { type: "alarm", name: b, step: 1, message: a } as const;
    // Finished by the next step's answers: a step would have curves drawn, which takes long.
    const state = withRecord(
      withGroup(sampled, group(2, b, [{ text: a, reward: 1 }])),
      alarm,
    );
    const rendered = await sectionRenderer().render(withEnd(state, new Error(b)));
    return watchPage(rendered, "t").match(/<[!/a-z][^\s>]*/gi)!;
  }
});
