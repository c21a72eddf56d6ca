/**
 * The opening tag, as `badWords` for sampling without thinking, in two spellings: a
 * vocabulary may split the tag and join its end to what follows (`>` to a line
 * break), so its beginning is banned too.
 *
 * An update ignores the ban: it uses the log-probabilities of the unrestricted model, as
 * for other tokens that are never drawn, so that the ratio of a first update stays 1.
 */
export const NO_THINKING: readonly string[] = ["<think>", "<think"];
