import { join } from "node:path";
import type { HostileCase } from "../case.ts";
import {
  bytesOf,
  GOOD,
  joined,
  lines,
  makePipe,
  putPictures,
} from "../../support/made_files.ts";
import { evaluation, jsonlCase } from "./evaluation.ts";

const MEGABYTE = 2 ** 20;
const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
const first = (more: string) => `{"image":"images/a.png",${more}}\n`;
/** A line of which a text has so many bytes. */
const long = (start: string, bytes: number, end: string) =>
  joined(bytesOf(start), new Uint8Array(bytes).fill(97), bytesOf(end));

/** A JSONL file that is no file. */
function notAFile(name: string, make: (path: string) => Promise<void>): HostileCase {
  return {
    kind: "data: no regular file",
    name: `JSON lines in ${name}`,
    outcome: "refused",
    async make(folder) {
      await putPictures(folder);
      const path = join(folder, "t.jsonl");
      await make(path);
      return evaluation(`jsonl:${path}`);
    },
  };
}

/** JSON lines that are too long, too deep, or something else. */
export const JSON_LINES: readonly HostileCase[] = [
  jsonlCase("good", "accepted", () => lines(GOOD)),
  jsonlCase(
    "a line of 600 MB",
    "refused",
    () => long('{"image":"images/a.png","label":"', 600 * MEGABYTE, '"}\n'),
  ),
  jsonlCase("200 MB without a line's end", "refused", () => long("", 200 * MEGABYTE, "")),
  jsonlCase(
    "a label of 10 MB",
    "refused",
    () => long('{"image":"images/a.png","label":"', 10 * MEGABYTE, '"}\n'),
  ),
  jsonlCase(
    "an instruction of 1 MB",
    "refused",
    () =>
      lines([{
        image: "images/a.png",
        instruction: "find it ".repeat(MEGABYTE / 8),
        box: [0, 0, 9, 9],
      }]),
  ),
  jsonlCase("a million lists in each other", "refused", () => deep(1_000_000)),
  jsonlCase(
    "a label a million deep",
    "refused",
    () => first(`"label":${deep(1_000_000)}`),
  ),
  jsonlCase(
    "reasoning 300,000 deep",
    "refused",
    () => first(`"label":"x","reasoning":${'{"a":'.repeat(3e5)}1${"}".repeat(3e5)}`),
  ),
  jsonlCase(
    "an answer a million brackets deep",
    "refused",
    () =>
      lines([{
        image: "images/a.png",
        conversations: [{ from: "human", value: "<image>x" }, {
          from: "gpt",
          value: "[".repeat(1_000_000),
        }],
      }]),
  ),
  jsonlCase(
    "an unknown key a million deep",
    "either",
    () =>
      `{"image":"images/a.png","conversations":[{"from":"human","value":"<image>x"},` +
      `{"from":"gpt","value":"[1,2,3,4]"}],"more":${deep(1_000_000)}}\n`,
  ),
  jsonlCase("zeros", "refused", () => new Uint8Array(100_000)),
  jsonlCase("nothing", "refused", () => ""),
  jsonlCase(
    "bytes that are no UTF-8",
    "refused",
    () =>
      joined(
        bytesOf('{"image":"images/a.png","label":"'),
        Uint8Array.of(255, 254),
        bytesOf('"}\n'),
      ),
  ),
  jsonlCase("half of a surrogate pair", "either", () => first('"label":"\\ud800"')),
  jsonlCase(
    "keys of objects themselves",
    "either",
    () => first('"label":"__proto__","aliases":["constructor","toString"]'),
  ),
  jsonlCase(
    "the key __proto__",
    "refused",
    () => first('"label":"x","__proto__":{"a":1}'),
  ),
  jsonlCase("a key twice", "either", () => first('"label":"x","label":"y"')),
  jsonlCase(
    "a number beyond all numbers",
    "refused",
    () => first('"category":"c","boxes":[[0,0,1e999,9]]'),
  ),
  jsonlCase(
    "a box wider than numbers go",
    "refused",
    () => first('"category":"c","boxes":[[-1e308,-1e308,1e308,1e308]]'),
  ),
  jsonlCase(
    "a box without width",
    "either",
    () => first('"category":"c","boxes":[[0,0,1e-300,1e-300]]'),
  ),
  jsonlCase(
    "100,000 boxes",
    "refused",
    () =>
      lines([{
        image: "images/a.png",
        category: "c",
        boxes: Array.from({ length: 100_000 }, (_, i) => [0, 0, i % 60 + 1, 60]),
      }]),
  ),
  jsonlCase(
    "64 pictures",
    "refused",
    () => lines([{ image: Array(64).fill("images/a.png"), label: "cat" }]),
  ),
  jsonlCase(
    "the model's token of a picture",
    "refused",
    () =>
      lines([{ image: "images/a.png", instruction: "<|image_pad|>", box: [0, 0, 9, 9] }]),
  ),
  jsonlCase(
    "200,000 questions of one id",
    "refused",
    () => first('"label":"x","id":1').repeat(200_000),
  ),
  jsonlCase("markup", "accepted", () =>
    lines([
      { image: "images/a.png", label: "<script>alert(1)</script>" },
      { image: "images/b.png", label: "\u202egnp.exe\u2066\u200b" },
    ])),
  notAFile("a named pipe", makePipe),
  notAFile("a device", (path) => Deno.symlink("/dev/zero", path)),
  notAFile("a folder", (path) => Deno.mkdir(path)),
];
