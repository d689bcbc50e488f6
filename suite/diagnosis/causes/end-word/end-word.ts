// Mistakes about the word that ends a conversation.
import type { CauseRule } from '../../cause.ts';
import { wordAnsweredCauses } from './end-word-answered.ts';
import { wordComparedCauses } from './end-word-compared.ts';
import { wordReachesCauses } from './end-word-reaches.ts';

export const endWordCauses = [
  ...wordComparedCauses,
  ...wordAnsweredCauses,
  ...wordReachesCauses,
] as const satisfies readonly CauseRule[];
