// The library's face: judge a server from a program of one's own.
export { run, type RunOptions } from './run.ts';
export { summarise, type Report } from './report.ts';
export type * from './events.ts';
export { contracts } from './contracts/contracts.ts';
export { behaviours } from './behaviours/behaviours.ts';
export { addressTarget, parseAddress, InvalidAddress } from '../targets/address.ts';
export { launchTarget } from '../targets/launch.ts';
export { TargetUnavailable, type Address, type Target } from '../targets/target.ts';
