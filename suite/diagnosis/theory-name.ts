/** A theory by its cause and its words; forms of it that say the same share the name. */
export const nameOfTheory = (cause: string, theory: string): string => `${cause}: ${theory}`;
