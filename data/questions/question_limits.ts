/** Characters of a category, a label, an alias or an image's path, at most. */
export const NAME_LENGTH = 4096;

/** Boxes of one question, at most. */
export const MOST_BOXES = 10_000;

/** Images of one question, at most: models see each in some hundred tokens. */
export const MOST_PICTURES = 16;

/** Characters of a problem, an instruction or a solution, at most. */
export const PROMPT_LENGTH = 16_384;

/**
 * Questions of one data set with their boxes, images and names, at most: each takes some hundred
 * bytes of memory. COCO's training set has 860,000 boxes.
 */
export const MOST_ITEMS = 2_000_000;
