// What a behaviour is: one promise, and the check that can show it broken.
import type { Connection, Received } from '../../clients/connection/connection.ts';
import type { Contract, Replies } from '../contracts/contract.ts';
import type { FarEnd } from '../../targets/sockets/far-end.ts';
import type {
  ListensFor,
  ProcessSnapshot,
  SnapshotTaken,
  Exit,
  SecondInstance,
  Terminated,
} from '../../targets/target.ts';
import type { BehaviourInfo, Finding } from '../events/events.ts';
import type { FirstCheck } from './first-conversation.ts';
import type { ConversationShape, Messages, ScenarioShape } from './given.ts';

/** One scripted client. */
export type Client = Connection;
export type { ListensFor, ProcessSnapshot, Exit, FarEnd, SecondInstance };

/** What a check knows of the server beside its contract: learned while the run goes on. */
export interface Knowledge {
  /** A second client is served while a first one is idle. */
  readonly servesTogether: boolean;
  /** The median round trip, in milliseconds. */
  readonly roundTripMs: number;
  /** A conversation takes so long that many must be held side by side, or fewer. */
  readonly isSlow: boolean;
  /** Nothing was ever heard of it, also when it was waited for as long as can be. */
  readonly isSilent: boolean;
  /** For how long its first client heard nothing where `isSilent`, in milliseconds; else 0. */
  readonly silentForMs: number;
  /** False once it was seen not to end its side at a client's FIN. */
  readonly endsConversations: boolean;
  /**
   * A client gets one reply and no more: the server ends the conversation behind it, or replies only once the client
   * has ended its side. Whoever is to be heard later says nothing before.
   */
  readonly answersOnce: boolean;
  /** How many replies came so far to clients of the run. */
  readonly heardCount: number;
  /** How many clients it was seen to serve at once, where that are fewer than are asked for; else Infinity. */
  readonly places: number;
}

/** What came of starting the server again on the port it had. */
export type Restarted =
  | {
      readonly kind: 'listens';
      /** Whether ended connections still held the port; undefined when that cannot be seen. */
      readonly lingered: boolean | undefined;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Stopping and starting the server by us, which is never taken for its own doing; after the check
 * it runs again, where that can be done. See `Lifecycle` for what each does.
 */
export interface Restarts {
  /** True when we stopped it earlier and its port could not be had again. */
  readonly isDown: boolean;
  readonly terminate: (limitMs: number) => Promise<Terminated | undefined>;
  readonly startOnSamePort: () => Promise<Restarted>;
  readonly startSecond: (limitMs: number) => Promise<SecondInstance>;
}

/** Where a person would type at the server, for behaviours that use 'console'. */
export interface OperatorConsole {
  /** Types `line` and Enter; that it reaches anybody is not waited for. */
  readonly type: (line: Buffer | string) => Promise<void>;
  /** Holds what `client` hears to a `line` typed before; returns it as it came, padding and all. */
  readonly hear: (client: Client, line: Buffer | string) => Promise<Buffer>;
  /** Waits for `byteCount` bytes as long as a line of the operator may take. */
  readonly hearBytes: (client: Client, byteCount: number) => Promise<Received>;
  /** Ends the server's input, as Ctrl-D does; undefined where we cannot. */
  readonly endInput: (() => Promise<void>) | undefined;
}

/** The server's own processes, for behaviours that use 'processes' or 'lifecycle'. */
export interface ServerProcesses {
  /** Looks at them, at no connection. */
  readonly snapshot: () => Promise<SnapshotTaken>;
  /** For whom it listens, by the addresses that its port is bound to; at no connection. */
  readonly listensFor: () => Promise<ListensFor>;
  /** The snapshot when it was first taken since the server was last started. */
  readonly firstSnapshot: () => ProcessSnapshot | undefined;
  /** What `learn` found out once about this server, under `name`; anew once it was started again. */
  readonly remember: <Value>(name: string, learn: () => Promise<Value>) => Promise<Value>;
  /** The same for the whole run, however often the server was started again. */
  readonly rememberForRun: <Value>(name: string, learn: () => Value) => Value;
  /** Stops and starts the server; undefined for one that we did not start. */
  readonly lifecycle: Restarts | undefined;
  /** Whether no client of ours has come to it since it was last started. */
  readonly isUnmet: () => boolean;
  /**
   * Puts a fresh server in the place of this one, where we can. Tells how the old one had ended by
   * itself within `graceMs` (500 when absent); undefined when it lived or is not seen.
   */
  readonly renew: (graceMs?: number) => Promise<Exit | undefined>;
}

/** All that a check may touch. */
export interface World {
  readonly contract: Contract;
  readonly knowledge: Knowledge;
  /** The contract's oracle. */
  readonly reply: (request: Buffer) => Buffer;
  /** How the server went away so far, a sentence each; empty while it never did. */
  readonly departures: readonly string[];
  /** How many clients a crowd has: `--clients`, or as many as the machine allows of what is usual. */
  readonly crowd: () => Promise<number>;
  /** How many clients are there beside those of the check: such as `longIdle` and `longMute` give, and other checks'. */
  readonly idlers: number;
  /** A client that was answered once and has said nothing since, for about a second. */
  readonly longIdle: () => Promise<Client>;
  /**
   * A client that has said nothing since it connected, `silentMs` milliseconds ago or more, if the server has kept it
   * so long. The first time, it is one that was there beside all others of the run (`wasThere`), where they let it be.
   */
  readonly longMute: (
    silentMs: number,
  ) => Promise<{ readonly client: Client; readonly wasThere: boolean }>;
  /** Opens a fresh connection; it is closed when the check ends. */
  readonly connect: () => Promise<Client>;
  /** `byteCount` letters, both cases, different for each `salt`: no server has trouble with them. */
  readonly letters: (byteCount: number, salt?: number) => Buffer;
  /** `byteCount` bytes of short lines of such letters, the last of them whole. */
  readonly lines: (byteCount: number, salt: number) => Buffer;
  /**
   * Sends `message` and holds the reply to the oracle; the connection stays open. Where an operator
   * opens, it is one turn: `message` is typed, heard, and answered where the client has its turn.
   */
  readonly exchange: (client: Client, message: Buffer) => Promise<void>;
  /**
   * Holds a conversation on a fresh connection, each message's reply awaited before the next.
   * Judges bytes only: a reply that comes no sooner than at FIN is taken as it is.
   */
  readonly converse: (messages: readonly Buffer[]) => Promise<void>;
  /**
   * Half-closes and reads to the end: nothing more may come. How the server ends is left open.
   * Where an operator opens, a last line is typed before, the ending word if there is one.
   */
  readonly finish: (client: Client) => Promise<void>;
  /** A whole exchange by a new client, to see that the server still serves. */
  readonly newcomer: () => Promise<void>;
  /** Sends `byteCount` letters while it reads and verifies the replies. */
  readonly streamThrough: (client: Client, byteCount: number) => Promise<void>;
  /**
   * How many bytes, at the most `wanted`, this server moves in the time that a check may take, or in
   * so many times that.
   */
  readonly affordableBytes: (wanted: number, shares?: number) => Promise<number>;
  /**
   * Counts `count` rounds from 0. On a slow server it ends early, but not before `fewest` (1 when
   * absent): a check with too few of them would show nothing. A pass says how many there were.
   */
  readonly rounds: (count: number, fewest?: number) => Iterable<number>;
  /** One whole, well-behaved conversation by a client of its own, whatever the contract is. */
  readonly visit: () => Promise<void>;
  /** The server's end of the connection of `client`; undefined where the kernel does not show it. */
  readonly farEnd: (client: Client) => FarEnd | undefined;
  /**
   * The most bytes of a reply that the kernel takes from the server while `client` has read nothing yet; undefined where
   * the kernel does not show it.
   */
  readonly roomBytes: (client: Client) => number | undefined;
  /**
   * Whether the check is to ask further, where it has found a silence, why there is one: it costs waits, and is asked
   * once of each failure. What the check judges must not hang on it.
   */
  readonly asksWhy: () => boolean;
  /** Where a person would type at the server. */
  readonly console: OperatorConsole;
  /** The server's own processes, where they can be seen. */
  readonly processes: ServerProcesses;
  /** Waits, for requirements that are about time themselves; anything else is proven by order. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /**
   * Runs `lane` so many times at once, from 0 on, and waits for all. When one fails, its error is thrown at once
   * and `goesOn` tells the others to begin nothing further.
   */
  readonly sideBySide: (
    laneCount: number,
    lane: (goesOn: () => boolean, nth: number) => Promise<void>,
  ) => Promise<void>;
  /** Resolves when `client` has handed over all it sends, or the server takes no more of it. */
  readonly untilFull: (client: Client, sending: Promise<unknown>) => Promise<void>;
}

/** How a behaviour uses the server. */
type Manner =
  /** Does no harm: runs beside others. */
  | 'gentle'
  /** Needs the server to itself. */
  | 'alone'
  /** Could hurt the server: runs alone, last. */
  | 'rough';

/** How many clients a check has: one, several one after another, or several at once. */
type Clients = 'one' | 'in-turn' | 'together';

/** What a check may need of the target. */
type Use =
  | 'processes'
  | 'lifecycle'
  | 'console'
  | 'end-of-input'
  /** That accepts, ends and resets are the server's own, and not those of a proxy before it. */
  | 'bare-connection';

interface Declaration<Id extends string, Need extends string> extends Omit<
  BehaviourInfo,
  'family'
> {
  readonly id: Id;
  readonly manner: Manner;
  readonly clients: Clients;
  /**
   * True for one about the run as a whole: it comes last, tells what happened to the server in all of
   * it, and shows again only when all of it is run again.
   */
  readonly isAboutRun?: boolean;
  /** True where a server that fails it may be damaged: what it does next tells nothing. A fresh one takes its place. */
  readonly spoils?: boolean;
  /**
   * For what a right server need not keep: a run holds it only where its id is named, or by this option, which
   * makes a must of it.
   */
  readonly onRequest?: 'reachable';
  /**
   * True for one whose one client is there for long and does nothing: others need not wait for it, those
   * that want the server to themselves neither. Only what may hurt the server comes after it.
   */
  readonly isPatient?: boolean;
  /**
   * For a patient one that wants the server to itself: which behaviours, beside those that it needs, show that its client
   * is in nobody's way. Where all of them passed, and nothing failed, gentle ones are judged beside it too.
   */
  readonly besideAllAfter?: readonly Need[];
  /** True for a rough one that comes before the other rough ones, while a client idles since the run began. */
  readonly isAtRest?: boolean;
  /** True for one whose every attempt leaves a server that was just started. */
  readonly leavesFresh?: boolean;
  /** For a rough one that wants a server that was just started, where `now` has it so: one that leaves such a server comes right before it. */
  readonly wantsFresh?: (now: ProcessSnapshot) => boolean;
  /** True when a client that says nothing is to be there beside all others of the run, see {@link World.longMute}. */
  readonly takesMute?: boolean;
  /** Behaviours without which this one can tell nothing. */
  readonly needs: readonly Need[];
  /** Contracts of which kind it is about; `by-byte` alone when absent. */
  readonly about?: readonly Replies[];
  /** What it needs of the target beside its port; without it, skipped with the reason. */
  readonly uses?: readonly Use[];
  /**
   * The kinds of finding that its requirement speaks of; when absent every kind, `refused` only for
   * those about letting clients in. See {@link isAbout}.
   */
  readonly finds?: readonly Finding['kind'][];
  /** Why it does not apply to a contract, or undefined when it does. */
  readonly skipWhen?: ((contract: Contract) => string | undefined) | undefined;
  /**
   * How it is judged by the first conversation alone, where nothing more can be asked: of a server that
   * serves one client, ever, or one at which a person types. Absent where that tells nothing of it.
   */
  readonly checkFirst?: FirstCheck;
  /** The mistake that most often shows in this way. */
  readonly hint: string;
}

/** What a check that passed returns: nothing, or a note for whoever reads that it did. */
export type Passed = Promise<void> | Promise<string | undefined>;

/**
 * Throws a {@link Violation} when the promise is broken, {@link Untested} when that could not be
 * told. Whoever returns has tried what the requirement says.
 */
type Check<Rest extends readonly unknown[]> = (world: World, ...given: Rest) => Passed;

interface FixedCheck {
  readonly given?: undefined;
  readonly check: Check<[]>;
}

interface ConversationCheck {
  readonly given: ConversationShape;
  readonly check: Check<[Messages]>;
}

/** Needs no check of its own: what is given is played, and each client is to get what it is owed. */
interface ScenarioCheck {
  readonly given: ScenarioShape;
}

export type BehaviourDeclaration<
  Id extends string = string,
  Need extends string = string,
> = Declaration<Id, Need> & (FixedCheck | ConversationCheck | ScenarioCheck);

export type Behaviour<
  Id extends string = string,
  Need extends string = string,
> = BehaviourDeclaration<Id, Need> & { readonly family: string };

/**
 * Makes a behaviour of its declaration; the family is the id's first part. Its type keeps the id and
 * what it needs by name: the registry holds the one to the other.
 */
export function behaviour<const Id extends string, const Need extends string = never>(
  declaration: BehaviourDeclaration<Id, Need>,
): Behaviour<Id, Need> {
  return { ...declaration, family: declaration.id.slice(0, declaration.id.indexOf('/')) };
}

/** Families whose requirements say that clients are let in and served, be they many or rude. */
const lettingIn = ['accept', 'concurrency', 'robustness'];

/**
 * Whether a finding of that kind is about the requirement of `behaviour`. Any other says what stood
 * in its way: that a connect was refused tells nothing of the use of the processor.
 */
export function isAbout({ finds, family }: Behaviour, kind: Finding['kind']): boolean {
  return finds?.includes(kind) ?? (kind !== 'refused' || lettingIn.includes(family));
}

/** What every surface shows of a behaviour. */
export function describe(behaviour: Behaviour): BehaviourInfo {
  const { id, family, level, requirement, reference, isNewer } = behaviour;
  return { id, family, level, requirement, reference, ...(isNewer === true ? { isNewer } : {}) };
}

/**
 * A check could not try what it is about: the behaviour is skipped. The message is the reason,
 * half a sentence: `the server is too slow`.
 */
export class Untested extends Error {
  override readonly name = 'Untested';
}

/** The server broke a promise. Nothing else is a failure of the server. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly finding: Finding;
  /** True when an earlier client of the run saw the same: it need not be seen again to be believed. */
  readonly wasSeenBefore: boolean;

  /** @param summary one sentence that says what the server did */
  constructor(summary: string, finding: Finding, wasSeenBefore = false) {
    super(summary);
    this.finding = finding;
    this.wasSeenBefore = wasSeenBefore;
  }
}
