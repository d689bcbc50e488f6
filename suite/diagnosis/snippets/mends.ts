// All mends by name.
import { byteMends } from './bytes.ts';
import { clientMends } from './clients.ts';
import { endingMends } from './ending.ts';
import { errorMends } from './errors.ts';
import { letterMends } from './letters.ts';
import { operatorMends } from './operator.ts';
import { processMends } from './process.ts';
import { sendingMends } from './sending.ts';

/** How mistakes are mended; several causes share the one idea that mends them. */
export const mends = {
  ...byteMends,
  ...letterMends,
  ...sendingMends,
  ...endingMends,
  ...clientMends,
  ...errorMends,
  ...processMends,
  ...operatorMends,
};

export type MendName = keyof typeof mends;
