/** The split of a run's own held-out questions, in records of evaluation and in answers.jsonl. */
export const HELD_OUT = "held-out";

/** The same questions with 'No Objects' kept from the answers: the control `banNoObjects`. */
export const WITHOUT_NO_OBJECTS = "held-out without 'No Objects'";
