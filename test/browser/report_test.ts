/**
 * The report in a real browser: `deno task test:browser`, with Debian's chromium or the one that
 * CHROMIUM names.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { report } from "../../pipeline/report/report.ts";
import { inFolder } from "../support/in_folder.ts";
import { madeData, madeRun } from "../support/made_run.ts";
import { HAS_BROWSER, inBrowser } from "./in_browser.ts";

const ignore = !HAS_BROWSER;

/** Writes a report on two runs of 24 questions; resolves to its address. */
async function written(folder: string): Promise<string> {
  const after = Array.from({ length: 24 }, (_, i) => (i * 7 % 24) / 8);
  const runs = ["rft", "a-run-of-a-long-name-that-no-phone-is-wide-enough-for"]
    .map((name) => join(folder, name));
  const answer = "[{'Position': [100, 200, 310, 400], 'Confidence': 0.8}]".repeat(3);
  const category = '<img src="https://localhost:1/a.png">'; // would be a request
  for (const run of runs) {
    await madeRun(run, { after, steps: 60, texts: { answer, category } });
  }
  const openData = () => Promise.resolve(madeData(after.length, category));
  const path = join(folder, "report.html");
  await Deno.writeTextFile(path, await report(runs, { openData }));
  return pathToFileURL(path).href;
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [360, 1280]) {
    Deno.test({
      name:
        `a report fits ${width} pixels in ${colorScheme}, asks for nothing and complains of nothing`,
      ignore,
      fn: () =>
        inFolder(async (folder) => {
          const address = await written(folder);
          await inBrowser(
            { colorScheme, viewport: { width, height: 800 } },
            async (page) => {
              const faults: string[] = [];
              page.on("console", (message) => faults.push(message.text()));
              page.on("pageerror", (error) => faults.push(String(error)));
              page.on("request", (request) => {
                const url = request.url();
                if (url !== address && !url.startsWith("data:")) faults.push(url);
              });
              await page.goto(address);
              const open =
                "document.querySelectorAll('details').forEach((one) => one.open = true)";
              await page.evaluate(open);
              assert.deepEqual(faults, []);
              assert.equal(
                await page.evaluate("document.documentElement.scrollWidth"),
                width,
              );
              const ground = await page.evaluate(
                "getComputedStyle(document.documentElement).backgroundColor",
              );
              assert.equal(
                ground,
                colorScheme === "dark" ? "rgb(20, 22, 26)" : "rgb(251, 251, 250)",
              );
              const drawn = await page.evaluate(
                "[...document.querySelectorAll('.card use')].every((one) => one.getBoundingClientRect().width > 50)",
              );
              assert.equal(drawn, true, "a picture that is shown again is seen");
            },
          );
        }),
    });
  }
}

Deno.test({
  name: "the gallery is sorted, runs are shown and hidden, and no other script runs",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const address = await written(folder);
      await inBrowser({ viewport: { width: 1280, height: 800 } }, async (page) => {
        await page.goto(address);
        const values = async (name: string) =>
          await page.locator(".card").evaluateAll(
            (cards, name) => cards.map((card) => Number(card.getAttribute(name))),
            `data-${name}`,
          );
        const gains = await values("gain");
        const sorted = [...gains].sort((a, b) => b - a);
        assert.equal(gains.length, 24);
        assert.deepEqual(gains, sorted);
        await page.getByRole("button", { name: "Losses first" }).click();
        assert.deepEqual(await values("gain"), sorted.toReversed());
        await page.getByRole("button", { name: "As asked" }).click();
        assert.deepEqual(await values("order"), Array.from({ length: 24 }, (_, i) => i));
        const pressed = page.locator("button[aria-pressed=true]");
        assert.deepEqual(await pressed.allTextContents(), ["As asked"]);

        const reward = page.locator(".plot", { hasText: "KL divergence" });
        // Of each run the line as it is and its moving average.
        assert.equal(await reward.locator("path:visible").count(), 4);
        await page.locator(".legend input").first().uncheck();
        assert.equal(await reward.locator(".run-0 path:visible").count(), 0);
        assert.equal(await reward.locator(".run-1 path:visible").count(), 2);

        const ran = await page.evaluate(`new Promise((resolve) => {
          document.addEventListener("securitypolicyviolation", () => resolve("refused"));
          globalThis.ran = () => resolve("ran");
          const script = document.createElement("script");
          script.textContent = "ran()";
          document.body.append(script);
        })`);
        assert.equal(ran, "refused");
      });
    }),
});
