// What declarations say and others ask who read no file: nothing is loaded for it.

/** More parts than any scheduler starts, and few enough that nothing is done with each of a number. */
export const mostShards = 100_000;

/** What all items of a rubric may come to; far more than anybody gives, and hundredths stay exact. */
export const mostPoints = 1_000_000;

/** The exit code of a run that came to each verdict. */
export const exitCodes = { conforms: 0, 'does-not-conform': 1, 'could-not-judge': 3 } as const;
