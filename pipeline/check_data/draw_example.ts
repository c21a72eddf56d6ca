import { Buffer } from "node:buffer";
import sharp from "npm:sharp@0.35.5";
import { frameToPixels } from "../../data/geometry/box.ts";
import { boxesOf } from "../../data/questions/framed_target.ts";
import { targetTitle } from "../../data/questions/target_title.ts";
import type { Target } from "../../data/questions/question.ts";
import { cut } from "../../data/short_text.ts";
import type { Example } from "./check_data.ts";

/** Longer side of a drawn image, in pixels. */
const SIDE = 640;

/**
 * A question's image with its ground truth drawn on it, as the bytes of a PNG file: boxes with
 * their category, or a line with the label.
 */
export async function drawExample({ row, image }: Example): Promise<Uint8Array> {
  const scale = SIDE / Math.max(image.width, image.height);
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const svg = overlay(row.target, width, height);
  return new Uint8Array(
    await sharp(image.data, {
      raw: { width: image.width, height: image.height, channels: 3 },
    }).resize(width, height, { fit: "fill" })
      .composite([{ input: Buffer.from(svg) }]).png().toBuffer(),
  );
}

function overlay(target: Target, width: number, height: number): string {
  const boxes = boxesOf(target).slice(0, BOXES);
  const name = target.kind === "detection" ? target.category : "region";
  const marks = boxes.length > 0
    ? boxes.map((box) => frame(box, name))
    : [caption(targetTitle(target), 0, 24)];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${
    marks.join("")
  }</svg>`;

  function frame(box: Parameters<typeof frameToPixels>[0], name: string): string {
    const { x1, y1, x2, y2 } = frameToPixels(box, width, height);
    const place = `x="${x1}" y="${y1}" width="${x2 - x1}" height="${y2 - y1}"`;
    return `<rect ${place} fill="none" stroke="black" stroke-width="5"/>` +
      `<rect ${place} fill="none" stroke="#ffdd00" stroke-width="3"/>` +
      caption(name, Math.max(0, x1), Math.max(24, y1));
  }
}

/** Characters of a caption, at most: more do not fit over an image. */
const CAPTION = 60;

/** Boxes that are drawn, at most: with more of them nothing else is seen. */
const BOXES = 200;

/** A text on a dark ground, whose lower left corner is at (x, y). */
function caption(name: string, x: number, y: number): string {
  const text = cut(name, CAPTION);
  // XML allows neither lone surrogates nor control characters.
  const clean = text.toWellFormed().replace(/\p{Cc}/gu, " ");
  const shown = clean.replace(
    /[&<>"]/g,
    (c) => `&#${c.charCodeAt(0)};`,
  );
  return `<rect x="${x}" y="${y - 24}" width="${text.length * 10 + 12}" height="24" ` +
    `fill="black" fill-opacity="0.7"/><text x="${x + 6}" y="${y - 7}" fill="#ffdd00" ` +
    `font-family="sans-serif" font-size="16">${shown}</text>`;
}
