/** Letters, digits, marks and spaces within; none of `/`, `=`, `,`, quotes or control characters. */
const NAME =
  /^[^\p{C}\p{Zl}\p{Zp}\s/=,"](?:[^\p{C}\p{Zl}\p{Zp}/=,"]*[^\p{C}\p{Zl}\p{Zp}\s/=,"])?$/u;

const LONGEST = 100;

/**
 * Checks that a reward can have a name: it becomes part of a metric's,
 * `rewards/<name>/mean`, and stands before `=` in the option `rewardWeights`.
 *
 * Names that every object has, such as `constructor`, are refused too: a JavaScript reader of
 * the metrics would find them even without such a reward.
 *
 * @throws {RangeError} If the name is empty, longer than 100 characters, begins or ends with a
 * space, has a line break, a control character, `/`, `=`, `,` or `"`, or is one that every
 * object has.
 */
export function checkRewardName(name: string): void {
  const reason = name === ""
    ? "it is empty"
    : name.length > LONGEST
    ? `it is longer than ${LONGEST} characters`
    : name in Object.prototype || name === "prototype"
    ? "every object in JavaScript has something of that name"
    : NAME.test(name)
    ? undefined
    : 'it has a line break, a control character, a space at its end, or one of / = , "';
  if (reason === undefined) return;
  const shown = name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name;
  throw new RangeError(
    `A reward cannot be called ${JSON.stringify(shown)}: ${reason}; rename it`,
  );
}
