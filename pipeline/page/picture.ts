import sharp from "npm:sharp@0.35.5";
import type { Box } from "../../data/geometry/box.ts";
import { FRAME_SIDE } from "../../data/geometry/box.ts";
import type { RgbImage } from "../../data/pictures/image.ts";
import { cut } from "../../data/short_text.ts";
import { type Html, markup } from "./markup.ts";

/** A box over an image. */
export interface DrawnBox {
  /** In the frame 0–1000; corners may be inverted or out of range. */
  readonly box: Box;
  /** The ground truth is drawn solid, an answer dashed. */
  readonly look: "truth" | "answer";
  /** At the box's upper left corner (ground truth: lower left). */
  readonly label?: string;
  /** Any colour of CSS, in place of the look's own. */
  readonly colour?: string;
  /** One more class of its `<g>`, for style sheets. */
  readonly group?: string;
}

/** An image that pages can show. */
export interface Thumbnail {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /**
   * A `data:` URI; or `#id` of an `<image>` that is already in the page. Default: an empty frame
   * is shown in its place.
   */
  readonly href?: string;
}

/** Shown if an image is missing. */
export const EMPTY_FRAME: Thumbnail = { width: 1, height: 1 };

/** Longest side of an image in a page, in pixels. */
const SIDE = 320;

/** Boxes that are drawn of one list: a hostile answer may state thousands. */
const MOST = 24;

/** An image as WebP in a `data:` URI, at most 320 pixels wide and high. */
export async function thumbnail(image: RgbImage): Promise<Thumbnail> {
  const { width, height, data } = image;
  const { data: bytes, info } = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(SIDE, SIDE, { fit: "inside", withoutEnlargement: true })
    .webp({ quality: 82 })
    .toBuffer({ resolveWithObject: true });
  const href = `data:image/webp;base64,${bytes.toString("base64")}`;
  return { width: info.width, height: info.height, href };
}

/** What a drawing says and is called. */
export interface DrawingOptions {
  /** For screen readers. */
  readonly alt: string;
  /** Id for the `<image>`, so that `#id` can show it once more. */
  readonly id?: string;
  /** Height of labels in thousandths of the image's width. @default 60 */
  readonly labelSize?: number;
}

/**
 * An image with boxes over it, as inline SVG that is as wide as its place lets it.
 *
 * Looks are told apart by their lines and labels, not by colour alone.
 */
export function drawing(
  { width, height, href }: Thumbnail,
  boxes: readonly DrawnBox[],
  { alt, id, labelSize = 60 }: DrawingOptions,
): Html {
  const tall = Math.round(FRAME_SIDE * height / width);
  const size = markup`width="${FRAME_SIDE}" height="${tall}"`;
  const name = id !== undefined && markup` id="${id}"`;
  const image = href === undefined
    ? markup`<rect class="gone" ${size}/>`
    : href.startsWith("#")
    ? markup`<use href="${href}"/>`
    : markup`<image${name} href="${href}" ${size} preserveAspectRatio="none"/>`;
  const placed = boxes.slice(0, MOST).map((box) => boxOver(box, tall, labelSize));
  // Labels last: no box runs through one.
  const over = [...placed.map(({ lines }) => lines), ...placed.map(({ tag }) => tag)];
  return markup`<svg class="picture" viewBox="0 0 ${FRAME_SIDE} ${tall}" role="img" aria-label="${alt}">${image}${over}</svg>`;
}

/** An image and boxes over it, at once: see `thumbnail` and `drawing`. */
export async function picture(
  image: RgbImage,
  boxes: readonly DrawnBox[],
  options: DrawingOptions,
): Promise<Html> {
  return drawing(await thumbnail(image), boxes, options);
}

function boxOver(
  { box, look, label, colour, group: name }: DrawnBox,
  tall: number,
  size: number,
) {
  const x = (value: number) => clamp(value, FRAME_SIDE);
  const y = (value: number) => clamp(value * tall / FRAME_SIDE, tall);
  const left = Math.min(x(box.x1), x(box.x2)), right = Math.max(x(box.x1), x(box.x2));
  const top = Math.min(y(box.y1), y(box.y2)), bottom = Math.max(y(box.y1), y(box.y2));
  const extent = markup`width="${right - left}" height="${bottom - top}"`;
  const place = markup`x="${left}" y="${top}" ${extent}`;
  const style = colour !== undefined && markup` style="--box: ${safeColour(colour)}"`;
  const names = name === undefined ? look : `${look} ${name}`;
  const group = (content: Html) => markup`<g class="box ${names}"${style}>${content}</g>`;
  const halo = markup`<rect class="halo" ${place}/>`;
  // The ground truth has its label below, answers above if there is room: they rarely overlap.
  const height = Math.round(size * 1.2);
  const corner = {
    x: left,
    y: look === "truth" ? bottom : top < height ? top : top - height,
  };
  const tag = label !== undefined && labelAt(label, size, corner, tall);
  return {
    lines: group(markup`${halo}<rect class="line" ${place}/>`),
    tag: tag && group(tag),
  };
}

/** A tag at a corner of a box, moved so that all of it is in the image. */
function labelAt(
  label: string,
  size: number,
  corner: { readonly x: number; readonly y: number },
  tall: number,
): Html {
  const text = cut(label, 20);
  // A letter is about two thirds of its height wide.
  const width = Math.round((text.length * 0.66 + 0.4) * size);
  const height = Math.round(size * 1.2);
  const x = Math.max(0, Math.min(corner.x, FRAME_SIDE - width));
  const y = Math.max(0, Math.min(corner.y, tall - height));
  const place = markup`x="${x}" y="${y}" width="${width}" height="${height}"`;
  const at = markup`x="${Math.round(x + 0.2 * size)}" y="${Math.round(y + 0.93 * size)}"`;
  return markup`<rect class="tag" ${place}/><text ${at} font-size="${size}">${text}</text>`;
}

/** Rounded, and kept within a little more than the image: an answer may state anything. */
function clamp(value: number, side: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.round(Math.max(-10, Math.min(side + 10, value)));
}

/** A colour that cannot end its declaration. */
function safeColour(colour: string): string {
  const isPlain = /^[\w\s#(),.%/-]+$/.test(colour) && !/url/i.test(colour);
  return isPlain ? colour : "currentColor";
}
