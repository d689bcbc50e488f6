// The behaviours about what is said, in the order in which they are judged.
import { answers } from './answers.ts';
import { byteValues } from './byte-values.ts';
import { sizes } from './sizes.ts';
import { text } from './text.ts';

export const payload = [...answers, ...text, ...byteValues, ...sizes];
