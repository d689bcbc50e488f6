// The registry of the contracts that are built in.
import { byteShift } from './byte-shift.ts';
import { cStringEcho } from './c-string-echo.ts';
import type { Contract } from './contract.ts';
import { echo } from './echo.ts';
import { oneMessage } from './one-message.ts';
import { operatorFrames, operatorLines } from './operator.ts';
import { sink } from './sink.ts';
import { uppercase } from './uppercase.ts';

export const contracts: readonly Contract[] = [
  echo,
  uppercase,
  byteShift,
  cStringEcho,
  oneMessage,
  sink,
  operatorLines,
  operatorFrames,
];
