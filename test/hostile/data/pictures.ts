import { join } from "node:path";
import { deflateSync } from "node:zlib";
import type { HostileCase } from "../case.ts";
import {
  bytesOf,
  GOOD,
  joined,
  lines,
  makePipe,
  png,
  pngChunk,
  put,
  putPictures,
} from "../../support/made_files.ts";
import { evaluation } from "./evaluation.ts";

/** A picture among good ones: by itself it ends the evaluation, skipped it does not. */
function pictureCases(
  name: string,
  outcome: HostileCase["outcome"],
  make: (path: string, folder: string) => Promise<void>,
  path = "images/x.png",
): HostileCase[] {
  const made = (skips: boolean): HostileCase => ({
    kind: "data: pictures",
    name: skips ? `${name}, skipped` : name,
    outcome: skips ? outcome === "refused" ? "accepted" : outcome : outcome,
    async make(folder) {
      await putPictures(folder);
      await make(join(folder, path), folder);
      const rows = [GOOD[0], { image: path, label: "cat" }, GOOD[1]];
      const file = await put(folder, "t.jsonl", lines(rows));
      return evaluation(`jsonl:${file}`, "--on-bad-image", skips ? "skip" : "error");
    },
  });
  return [made(false), made(true)];
}

function fileCases(
  name: string,
  outcome: HostileCase["outcome"],
  content: () => Uint8Array | string,
) {
  return pictureCases(name, outcome, async (_, folder) => {
    await put(folder, "images/x.png", content());
  });
}

const svg = (inside: string, head = "") =>
  `${head}<svg xmlns="http://www.w3.org/2000/svg" ` +
  `xmlns:xlink="http://www.w3.org/1999/xlink" width="640" height="640">${inside}</svg>`;
const unfolding = Array.from(
  { length: 9 },
  (_, i) => `<g id="a${i + 1}">${`<use xlink:href="#a${i}"/>`.repeat(10)}</g>`,
).join("");
const entities = Array.from(
  { length: 9 },
  (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`,
).join("");

/** A GIF file of so many pictures. */
function gif(width: number, height: number, frames: number): Uint8Array {
  const sides = new DataView(new ArrayBuffer(4));
  sides.setUint16(0, width, true);
  sides.setUint16(2, height, true);
  const size = new Uint8Array(sides.buffer);
  const frame = joined(
    Uint8Array.of(0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 64, 0, 64, 0, 0),
    Uint8Array.of(2, 2, 0x4c, 1, 0),
  );
  return joined(
    bytesOf("GIF89a"),
    size,
    Uint8Array.of(0x80, 0, 0, 0, 0, 0, 255, 255, 255),
    ...Array<Uint8Array>(frames).fill(frame),
    Uint8Array.of(0x3b),
  );
}

const zeros = (bytes: number) => new Uint8Array(bytes);
let halfGigabyte: Uint8Array | undefined;
const packed = () => halfGigabyte ??= deflateSync(zeros(5e8), { level: 1 });

/** Pictures that are none, are too large, or lie elsewhere. */
export const PICTURES: readonly HostileCase[] = [
  ...fileCases("a banner of 2100 x 10", "refused", () => png(2100, 10)),
  ...fileCases("a strip of 100,000 x 1", "refused", () => png(100_000, 1)),
  ...fileCases(
    "10^8 x 1 declared",
    "refused",
    () => png(99_999_999, 1, { raw: zeros(1000) }),
  ),
  ...fileCases(
    "30,000 x 30,000 declared",
    "refused",
    () => png(30_000, 30_000, { raw: zeros(1000) }),
  ),
  ...fileCases(
    "2^31 x 2^31 declared",
    "refused",
    () => png(2 ** 31 - 1, 2 ** 31 - 1, { raw: zeros(1000) }),
  ),
  ...fileCases(
    "9000 x 9000 with too few bytes",
    "refused",
    () => png(9000, 9000, { raw: zeros(100) }),
  ),
  ...fileCases("no width", "refused", () => png(0, 0, { raw: zeros(0) })),
  ...fileCases("nothing", "refused", () => ""),
  ...fileCases("cut off", "refused", () => png(64, 64).subarray(0, 60)),
  ...fileCases("a text of 500 MB, packed", "either", () =>
    png(64, 64, {
      extra: pngChunk("zTXt", joined(Uint8Array.of(99, 0, 0), packed())),
    })),
  ...fileCases("a profile of 500 MB, packed", "either", () =>
    png(64, 64, {
      extra: pngChunk("iCCP", joined(Uint8Array.of(112, 0, 0), packed())),
    })),
  ...fileCases("GIF of 100,000 pictures", "either", () => gif(64, 64, 100_000)),
  ...fileCases("GIF of 65,535 x 1500", "either", () => gif(65_535, 1500, 3)),
  ...fileCases("SVG", "refused", () => svg('<rect width="9" height="9"/>')),
  ...fileCases(
    "SVG that includes a file",
    "refused",
    () =>
      svg("<text>&x;</text>", '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
  ),
  ...fileCases(
    "SVG that shows a file",
    "refused",
    () => svg('<image width="9" height="9" xlink:href="file:///etc/hostname"/>'),
  ),
  ...fileCases(
    "SVG whose shapes unfold",
    "refused",
    () => svg(`<g id="a0"><rect width="9" height="9"/></g>${unfolding}`),
  ),
  ...fileCases(
    "SVG whose texts unfold",
    "refused",
    () =>
      svg("<text>&e9;</text>", `<!DOCTYPE svg [<!ENTITY e0 "aaaaaaaaaa">${entities}]>`),
  ),
  ...fileCases("SVG with a slow filter", "refused", () =>
    svg(
      '<filter id="f"><feTurbulence numOctaves="50" baseFrequency="0.01"/>' +
        '<feMorphology radius="400"/></filter><rect width="640" height="640" ' +
        'filter="url(#f)"/>',
    )),
  ...fileCases("PDF", "refused", () => "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n"),
  ...pictureCases("a named pipe", "refused", makePipe),
  ...pictureCases("a folder", "refused", (path) => Deno.mkdir(path)),
  ...pictureCases("missing", "refused", () => Promise.resolve()),
];

/** Pictures outside of the data's folder: refused, whatever is done with bad ones. */
export const ESCAPES: readonly HostileCase[] = ([
  ["up", "../secret.png", () => Promise.resolve()],
  ["an absolute path", "/etc/hostname", () => Promise.resolve()],
  ["a zero in its path", "images/a\0.png", () => Promise.resolve()],
  [
    "a link to a file",
    "images/l.png",
    (path: string) => Deno.symlink("/etc/hostname", path),
  ],
  [
    "a link to a device",
    "images/l.png",
    (path: string) => Deno.symlink("/dev/zero", path),
  ],
  [
    "a link to a folder",
    "ln/hostname",
    (path: string) => Deno.symlink("/etc", join(path, "..")),
  ],
] as const).map(([name, image, make]): HostileCase => ({
  kind: "data: paths that lead out",
  name,
  outcome: "refused",
  async make(folder) {
    await putPictures(folder);
    await make(join(folder, image));
    const rows = [{ image, label: "cat" }, ...GOOD];
    const file = await put(folder, "t.jsonl", lines(rows));
    return evaluation(`jsonl:${file}`, "--on-bad-image", "skip");
  },
}));
