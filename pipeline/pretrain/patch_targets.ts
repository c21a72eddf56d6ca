import type { Box } from "../../data/geometry/box.ts";
import { coordinateTarget } from "./token_targets.ts";
import { COORDINATES } from "./vocabulary.ts";

/** Distances from a cell to the sides of its object are learnt in this unit of the frame. */
export const OFFSET_UNIT = 300;

/** Background cells are many and easy: they count this much. */
const BACKGROUND_WEIGHT = 0.2;

/** Cells in the corners of a box, outside of its ellipse, often show no more than ground. */
const CORNER_WEIGHT = 0.3;

/** What every visual token of a batch of images lies on; cells row by row, image by image. */
export interface PatchTargets {
  /** Class of the object, or the number of classes for the background; [cells]. */
  readonly labels: Int32Array;
  /** [cells] */
  readonly labelWeights: Float32Array;
  /** Left, top, right, bottom from the cell's centre, in `OFFSET_UNIT`; [cells · 4]. */
  readonly offsets: Float32Array;
  /** The object's corners as shares of the image's sides; [cells · 4]. */
  readonly boxes: Float32Array;
  /** 1 on objects, 0 on the background; [cells]. */
  readonly boxWeights: Float32Array;
  /** Indices of the cells that lie on objects; [objectCells]. */
  readonly objectCells: Int32Array;
  /** Shares of the coordinate tokens for each of their corners, [objectCells · 4 · 101]. */
  readonly corners: Float32Array;
}

/** An object as the dense targets need it. */
export interface LabelledBox {
  readonly label: number;
  /** In the frame 0–1000. */
  readonly box: Box;
}

/**
 * Targets for `side` x `side` cells an image: a cell lies on the object whose box holds its
 * centre, and on the nearer of two that both do.
 *
 * @param pictures The objects of each image.
 * @param classes Number of object classes; labels are in [0, classes).
 */
export function patchTargets(
  pictures: readonly (readonly LabelledBox[])[],
  side: number,
  classes: number,
): PatchTargets {
  const cells = pictures.length * side * side;
  const targets = {
    labels: new Int32Array(cells).fill(classes),
    labelWeights: new Float32Array(cells).fill(BACKGROUND_WEIGHT),
    offsets: new Float32Array(cells * 4),
    boxes: new Float32Array(cells * 4),
    boxWeights: new Float32Array(cells),
  };
  pictures.forEach((objects, picture) => {
    for (let cell = 0; cell < side * side; cell++) {
      const x = (cell % side + 0.5) * 1000 / side;
      const y = (Math.floor(cell / side) + 0.5) * 1000 / side;
      const object = nearestAround(objects, x, y);
      if (object === undefined) continue;
      const { x1, y1, x2, y2 } = object.box;
      const at = picture * side * side + cell;
      targets.labels[at] = object.label;
      targets.labelWeights[at] = distance(object, x, y) > 1 ? CORNER_WEIGHT : 1;
      targets.boxWeights[at] = 1;
      targets.boxes.set([x1, y1, x2, y2].map((side) => side / 1000), at * 4);
      targets.offsets.set(
        [x - x1, y - y1, x2 - x, y2 - y].map((distance) => distance / OFFSET_UNIT),
        at * 4,
      );
    }
  });
  const objectCells = Int32Array.from(
    [...targets.boxWeights.keys()].filter((cell) => targets.boxWeights[cell]! > 0),
  );
  return { ...targets, objectCells, corners: cornerShares(objectCells, targets.boxes) };
}

function cornerShares(cells: Int32Array, boxes: Float32Array): Float32Array {
  const bins = COORDINATES.map((_, i) => i);
  const shares = new Float32Array(cells.length * 4 * bins.length);
  cells.forEach((cell, i) => {
    for (let corner = 0; corner < 4; corner++) {
      const target = coordinateTarget(bins, boxes[cell * 4 + corner]! * 1000);
      for (const [bin, share] of target) {
        shares[(i * 4 + corner) * bins.length + bin] = share;
      }
    }
  });
  return shares;
}

function nearestAround(
  objects: readonly LabelledBox[],
  x: number,
  y: number,
): LabelledBox | undefined {
  return objects
    .filter(({ box }) => x > box.x1 && x < box.x2 && y > box.y1 && y < box.y2)
    .sort((a, b) => distance(a, x, y) - distance(b, x, y))[0];
}

/** Distance from an object's centre, 1 on the ellipse that its box holds. */
function distance({ box: { x1, y1, x2, y2 } }: LabelledBox, x: number, y: number) {
  return Math.hypot((2 * x - x1 - x2) / (x2 - x1), (2 * y - y1 - y2) / (y2 - y1));
}
