// The registry of the contracts that are built in.
import type { Contract } from './contract.ts';
import { echo } from './echo.ts';
import { uppercase } from './uppercase.ts';

export const contracts: readonly Contract[] = [echo, uppercase];
