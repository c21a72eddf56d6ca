/** Who drew a sprite; the packages are independent of one another. */
export type Artist = "noto" | "twemoji" | "fluent" | "openmoji";

/** The artists that the embedded model was trained on. */
export const KNOWN_ARTISTS: readonly Artist[] = ["noto", "twemoji", "fluent"];

/** The artist that it has never seen. */
export const HELD_OUT_ARTIST: Artist = "openmoji";

/** All four. */
export const ARTISTS: readonly Artist[] = [...KNOWN_ARTISTS, HELD_OUT_ARTIST];
