// The library's face: judge a server from a program of one's own.
export { run, type RunOptions } from './engine/run.ts';
export { summarise, type Report } from './events/report.ts';
export type * from './events/events.ts';
export {
  Untested,
  Violation,
  type Behaviour,
  type BehaviourDeclaration,
  type Client,
  type World,
} from './behaviours/behaviour.ts';
export { expectFin, expectNothingMore, expectReply } from './behaviours/expect.ts';
export { message } from './behaviours/given.ts';
export { defineConfig, type ConfigDeclaration } from './config/config.ts';
export { defineContract, type ContractDeclaration } from './config/define-contract.ts';
export { defineBehaviour } from './config/define-behaviour.ts';
export { InvalidDeclaration } from './config/mistakes.ts';
export { mapBytes, type Contract, type Ending } from './contracts/contract.ts';
export { contracts } from './contracts/contracts.ts';
export type { FrozenSuite } from './frozen/frozen-suite.ts';
export { findSuite, frozenSuites } from './frozen/frozen-suites.ts';
export { behaviours } from './behaviours/behaviours.ts';
export { addressTarget, parseAddress, InvalidAddress } from '../targets/running/address.ts';
export { launchTarget } from '../targets/launch/launch.ts';
export { containerTarget, type ContainerOptions } from '../targets/container/container.ts';
export { TargetUnavailable, type Address, type Target } from '../targets/target.ts';
