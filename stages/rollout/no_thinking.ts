/**
 * What a policy that is not to think is kept from: the opening tag, as `badWords` of its
 * sampling. A vocabulary may cut the tag up and join its end to what follows (`>` to a line
 * break), so that it is not begun either.
 *
 * An update knows nothing of this: it takes the log-probabilities of the unrestricted model, as
 * for other tokens that are never drawn, so that the ratio of a first update stays 1.
 */
export const NO_THINKING: readonly string[] = ["<think>", "<think"];
