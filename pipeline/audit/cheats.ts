/**
 * Known ways to earn rewards without being right, as data.
 *
 * @module
 */
import { BLIND_CHEATS } from "./blind_cheats.ts";
import type { Cheat } from "./cheat.ts";
import { TRUTH_CHEATS } from "./truth_cheats.ts";

/** Every known cheat; names are unique within a kind. */
export const CHEATS: readonly Cheat[] = [...BLIND_CHEATS, ...TRUTH_CHEATS];
