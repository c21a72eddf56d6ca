import { type BrowserContextOptions, chromium, type Page } from "playwright-core";

const NAMES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

const CHROMIUM = Deno.env.get("CHROMIUM") ?? NAMES.find((path) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
});

/** Whether tests in a browser are wanted, and one is there: CHROMIUM may name its path. */
export const HAS_BROWSER = Deno.env.get("BROWSER") === "1" && CHROMIUM !== undefined;

/** Does something with an empty page of a browser of its own, which is closed afterwards. */
export async function inBrowser(
  options: BrowserContextOptions,
  test: (page: Page) => Promise<void>,
): Promise<void> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    timeout: 120_000,
    args: ["--no-sandbox"], // the pages are our own, and root has no sandbox
  });
  try {
    const page = await browser.newPage(options);
    page.setDefaultTimeout(120_000); // a busy machine is no fault
    await test(page);
  } finally {
    await browser.close();
  }
}
