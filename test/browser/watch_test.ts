/**
 * The live page in a real browser: `deno task test:browser`, with Debian's chromium or the one
 * that CHROMIUM names.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { lastValueFrom } from "rxjs";
import type { Page } from "playwright-core";
import type { RgbImage } from "../../data/pictures/image.ts";
import type { Question } from "../../data/questions/question.ts";
import type { RunParts } from "../../pipeline/run/run_parts.ts";
import { train } from "../../pipeline/train/train.ts";
import { inFolder } from "../support/in_folder.ts";
import { bandit, cats, partsOf, QUICK } from "../support/bandit.ts";
import { HAS_BROWSER, inBrowser } from "./in_browser.ts";

const ignore = !HAS_BROWSER;
const grey: RgbImage = { width: 32, height: 24, data: new Uint8Array(32 * 24 * 3) };
const hostile = '</script><img src="https://localhost:1/a.png">';

/** Parts of a run whose steps go on when they are let: `QUICK` has three questions a step. */
function stepwise(stop?: AbortSignal) {
  let let_ = 0, wake = () => {};
  const source = cats(5);
  let asked = 0;
  const question = async (index: number): Promise<Question> => {
    const step = Math.floor(asked++ / 3) + 1;
    while (step > let_) await new Promise<void>((resolve) => wake = resolve);
    const { prompt, ...rest } = await source.question(index);
    return { ...rest, prompt: prompt + hostile, images: [grey] };
  };
  const data = { train: { ...source, question }, heldOut: cats(3), describe: hostile };
  const parts: RunParts = {
    ...partsOf(bandit(), stop),
    openData: () => Promise.resolve(data),
  };
  return {
    parts,
    letSteps(most: number) {
      let_ = most;
      wake();
    },
  };
}

/** What a page complains of or asks for, other than its own address. */
function faultsOf(page: Page, url: string): string[] {
  const faults: string[] = [];
  page.on("console", (message) => {
    // A browser says so while there is no run: it tries again until there is one.
    if (/ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED)/.test(message.text())) return;
    faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => {
    const asked = request.url();
    if (!asked.startsWith(url) && !asked.startsWith("data:")) faults.push(asked);
  });
  return faults;
}

const started = (settings: typeof QUICK, parts: RunParts) => {
  const { promise, resolve: onWatch } = Promise.withResolvers<string>();
  const run = train({ ...QUICK, watch: true, watchPort: 0, ...settings }, {
    ...parts,
    onWatch,
  });
  return { records: lastValueFrom(run), url: promise };
};

const shows = (page: Page, text: string) => page.getByText(text).first().waitFor();

Deno.test({
  name: "an open page follows a run, survives a reload, and finds the run that goes on",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const out = join(folder, "mine");
      const stop = new AbortController();
      const first = stepwise(stop.signal);
      const begun = started({ out }, first.parts);
      const url = await begun.url;
      await inBrowser({ viewport: { width: 1280, height: 800 } }, async (page) => {
        page.setDefaultTimeout(20_000);
        const faults = faultsOf(page, url);
        await page.goto(url);
        await page.locator("[data-phase=running]").waitFor();
        first.letSteps(1);
        await shows(page, "Step 1 of 4");
        await shows(page, "Sampled in step 1");
        assert.equal(await page.title(), "1/4 · mine");
        assert.equal(await page.locator("#rollouts .card").count(), 3);
        assert.equal(await page.locator("#rollouts svg.picture").count(), 3);

        await page.reload();
        assert.match(await page.locator("main").innerText(), /Step 1 of 4/);
        assert.equal(await page.locator("#rollouts .card").count(), 3);
        const plots = await page.locator("#curves svg.chart").count();
        assert.ok(plots > 5, `${plots}`);

        // What is held still stays, and comes when it may.
        await page.getByRole("button", { name: "Pause" }).click();
        stop.abort();
        first.letSteps(9); // a question that is waited for cannot be stopped
        await begun.records;
        assert.match(await page.locator("#summary").innerText(), /Step 1 of 4/);
        await page.getByRole("button", { name: "Resume" }).click();
        await shows(page, "Stopped");

        const again = stepwise();
        const port = Number(new URL(url).port);
        const resumed = started({ resume: out, watchPort: port, out: undefined }, {
          ...again.parts,
        });
        await resumed.url;
        await page.locator("[data-phase=running]").waitFor(); // it has come back by itself
        again.letSteps(9);
        await resumed.records;
        await shows(page, "Finished");
        await shows(page, "Step 4 of 4");
        assert.equal(await page.locator("#connection").isVisible(), false);
        assert.deepEqual(faults, []);
      });
    }),
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [360, 1280]) {
    Deno.test({
      name: `a live page fits ${width} pixels in ${colorScheme} and loads nothing else`,
      ignore,
      fn: () =>
        inFolder(async (folder) => {
          const { parts, letSteps } = stepwise();
          const { url, records } = started({ out: join(folder, "mine") }, parts);
          const address = await url;
          await inBrowser(
            { colorScheme, viewport: { width, height: 800 } },
            async (page) => {
              const faults = faultsOf(page, address);
              await page.goto(address);
              letSteps(3);
              await shows(page, "Step 3 of 4");
              assert.equal(
                await page.evaluate("document.documentElement.scrollWidth"),
                width,
              );
              assert.deepEqual(faults, []);
              letSteps(4);
              await records;
            },
          );
        }),
    });
  }
}
