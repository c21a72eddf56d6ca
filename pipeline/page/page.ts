import { createHash } from "node:crypto";
import { type Html, htmlOf, markup, trusted } from "./markup.ts";
import css from "./style.css" with { type: "text" };

/** What a page is made of. */
export interface PageParts {
  readonly title: string;
  readonly body: Html;
  /** The text of one inline script; the page's policy allows no other. */
  readonly script?: string;
  /** Whether the script may talk to the server that the page came from. @default false */
  readonly live?: boolean;
}

/**
 * A self-contained HTML page that works offline: its Content-Security-Policy allows its own style
 * and script and images in `data:` URIs, and nothing else.
 *
 * @throws {RangeError} If the script has a `</script` or `<!--` in it, which would end it.
 *
 * @example
 * ```ts
 * import { markup } from "./markup.ts";
 * import { page } from "./page.ts";
 *
 * page({ title: "A run", body: markup`<h1>A run</h1>` }); // <!doctype html>…
 * ```
 */
export function page({ title, body, script, live = false }: PageParts): string {
  if (script !== undefined && /<\/script|<!--/i.test(script)) {
    throw new RangeError("An inline script cannot hold </script or <!--");
  }
  const policy = [
    "default-src 'none'",
    "img-src data:",
    "style-src 'unsafe-inline'",
    `script-src ${script === undefined ? "'none'" : `'${sourceHash(script)}'`}`,
    ...live ? ["connect-src 'self'"] : [],
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return htmlOf(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(css)}</style>
</head>
<body>
${body}
${script !== undefined && markup`<script>${trusted(script)}</script>`}
</body>
</html>
`);
}

function sourceHash(script: string): string {
  return `sha256-${createHash("sha256").update(script).digest("base64")}`;
}
