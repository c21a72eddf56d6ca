/** Characters of a category, a label, an alias or a picture's path, at most. */
export const NAME_LENGTH = 4096;

/** Boxes of one question, at most. */
export const MOST_BOXES = 10_000;

/** Pictures of one question, at most. */
export const MOST_PICTURES = 32;

/**
 * Questions of one data set with their boxes, pictures and names, at most: each takes some hundred
 * bytes of memory. COCO's training set has 860,000 boxes, LVIS's 1,270,000.
 */
export const MOST_ITEMS = 4_000_000;
