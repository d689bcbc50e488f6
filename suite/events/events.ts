// What a run says while it goes on. Events are read-only and JSON-safe; reporters know nothing else.
import type { TargetKind } from '../../targets/target.ts';
import type { Excerpt, TranscriptEntry, TranscriptRecord } from '../../clients/transcript.ts';

export type { Excerpt, TranscriptEntry, TranscriptRecord };

/** After the contract's reference: only a broken `must` fails a run, unless it is strict. */
export type Level = 'must' | 'should' | 'may';

/** What every surface shows of a behaviour. */
export interface BehaviourInfo {
  /** `family/what-the-server-does`, stable for ever. */
  readonly id: string;
  readonly family: string;
  readonly level: Level;
  /** One sentence, the server its subject. */
  readonly requirement: string;
  /** Where the requirement comes from: an RFC section or a manual page. */
  readonly reference: string;
}

/** What the server did instead of what was required. */
export type Finding =
  /** Other bytes than expected; `at` is the offset of the first difference. */
  | {
      readonly kind: 'bytes';
      readonly at: number;
      /** Where in the expected bytes the observed ones go on; absent when nowhere, or in doubt. */
      readonly goesOnAt?: number;
      readonly expected: Excerpt;
      readonly observed: Excerpt;
    }
  /** `awaited` did not come within `waitedMs`, though the server's other clients were served. */
  | {
      readonly kind: 'silence';
      readonly awaited: string;
      readonly waitedMs: number;
      readonly expected: Excerpt;
      readonly observed: Excerpt;
    }
  /** The server ended the conversation, by FIN or RST, where it had to go on. */
  | {
      readonly kind: 'ended';
      readonly by: 'fin' | 'reset';
      readonly expected: Excerpt;
      readonly observed: Excerpt;
    }
  /** The server did not let a client in. */
  | { readonly kind: 'refused'; readonly code: string }
  /** The server is gone: its process exited, or nothing listens on its port any more. */
  | {
      readonly kind: 'died';
      readonly exitCode: number | null;
      readonly signal: string | null;
    }
  /** Anything else, in words. */
  | { readonly kind: 'other'; readonly expected: string; readonly observed: string };

/** How often a failing conversation failed when it was held again on fresh connections. */
export interface Tally {
  readonly failed: number;
  readonly of: number;
}

/** The smallest conversation that was found to show the failure. */
export interface Counterexample {
  /** One line a step, in words. */
  readonly words: readonly string[];
  /** How many smaller conversations were tried to get here; 0 when none can be smaller. */
  readonly shrinkTries: number;
}

/** What one holding of a check showed. */
export interface Sighting {
  readonly finding: Finding;
  readonly conversation: readonly TranscriptRecord[];
}

export interface Failed {
  readonly kind: 'failed';
  /** One sentence that says what the server did. */
  readonly summary: string;
  readonly finding: Finding;
  readonly counterexample?: Counterexample;
  /** The connections of the failing conversation, as they went. */
  readonly conversation: readonly TranscriptRecord[];
  /** How it was first seen, before the conversation was made smaller; absent when it never was. */
  readonly firstSeen?: Sighting;
  readonly tally: Tally;
  /** The mistake that most often shows in this way. */
  readonly hint: string;
  /** How to see it again. */
  readonly again: { readonly command: string; readonly token: string };
  /** The tail of what the server printed, when we started it. */
  readonly outputTail?: string;
}

/** What a behaviour's check found. */
export type Verdict =
  | {
      readonly kind: 'passed';
      /** How many generated conversations stand behind it. */
      readonly cases?: number;
      readonly note?: string;
    }
  | Failed
  /** A behaviour that it needs failed, so that it could tell nothing. */
  | { readonly kind: 'blocked'; readonly by: readonly string[]; readonly reason: string }
  /** Not applicable here, or not asked for. */
  | { readonly kind: 'skipped'; readonly reason: string }
  /** Our own side failed: says nothing of the server. */
  | { readonly kind: 'errored'; readonly reason: string };

export interface TargetInfo {
  readonly kind: TargetKind;
  readonly label: string;
  /** `host:port`, IPv6 in brackets. */
  readonly address: string;
}

export interface ContractInfo {
  readonly id: string;
  readonly title: string;
  readonly found: 'given' | 'detected' | 'nearest';
  /** How it was found, one sentence a step; what looked odd on the way. */
  readonly how: readonly string[];
  readonly ending: {
    readonly word: string;
    readonly match: 'message' | 'beginning' | 'any';
    readonly replied: boolean;
  } | null;
  readonly serves: 'many' | 'one-at-a-time' | 'one';
  /** A known form of server that it was seen to be, beside what it is held to; null when none. */
  readonly form: {
    readonly id: string;
    readonly title: string;
    /** What a server that keeps the contract would have done instead, one sentence. */
    readonly instead: string;
  } | null;
}

/** How surely the evidence carries a cause. */
export type Confidence = 'certain' | 'likely' | 'possible';

/** The languages in which a cause is shown mended. */
export type SnippetLanguage = 'c' | 'python' | 'java' | 'javascript';

/** One mistake that explains one or more failures. */
export interface Cause {
  /** Says what the mistake is: `reply-ends-at-nul`; stable for ever. */
  readonly id: string;
  readonly title: string;
  readonly confidence: Confidence;
  /** How it shows in this very run, a sentence with the evidence. */
  readonly shows: string;
  /** What the mistake looks like in a program, a sentence or two. */
  readonly mistake: string;
  /** How it is mended, in code. */
  readonly mend: readonly { readonly language: SnippetLanguage; readonly code: string }[];
  /** Ids of the failed behaviours that it explains, the most telling first. */
  readonly explains: readonly string[];
}

/** How one entry of a baseline of known failures stood in this run. */
export interface ComparedEntry {
  /** The behaviour. */
  readonly id: string;
  /**
   * `known`: it failed, as the entry says; `changed-cause`: it failed, for another cause than the
   * entry's; `flaky`: it was judged, and may fail or pass; `stale`: it passed, so that the entry has
   * to go; `open`: it was not judged.
   */
  readonly kind: 'known' | 'changed-cause' | 'flaky' | 'stale' | 'open';
  /** The id of the cause that the entry names, or null. */
  readonly cause: string | null;
  /** Why it is let be, as somebody wrote it; may be empty. */
  readonly reason: string;
}

/** What a run showed of the failures that were known before it. */
export interface BaselineComparison {
  /** Where they were known from: the file's name, or words. */
  readonly name: string;
  /** True when the file was written anew from this run: the entries are the new ones. */
  readonly isUpdated: boolean;
  readonly entries: readonly ComparedEntry[];
}

export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly schema: 'conform/events/1';
      readonly tool: { readonly name: 'conform'; readonly version: string };
      readonly target: TargetInfo;
      readonly seed: number;
      readonly strict: boolean;
      /** ISO 8601, UTC. */
      readonly startedAt: string;
      /** Which part of the behaviours this run is about, when it is one of several. */
      readonly shard?: { readonly index: number; readonly count: number };
    }
  | { readonly type: 'contract-found'; readonly contract: ContractInfo }
  | {
      readonly type: 'planned';
      readonly behaviours: readonly BehaviourInfo[];
      /** Ids of those that are known to fail, by a baseline; absent without one. */
      readonly known?: readonly string[];
    }
  | { readonly type: 'behaviour-started'; readonly id: string }
  | {
      readonly type: 'behaviour-finished';
      readonly id: string;
      readonly durationMs: number;
      readonly verdict: Verdict;
    }
  /** Something a reader should know that is no verdict: a restart, a budget that ran out. */
  | { readonly type: 'noticed'; readonly message: string }
  /** Once, when all is judged: the causes, the one that explains most first. */
  | { readonly type: 'diagnosed'; readonly causes: readonly Cause[] }
  /** Once, behind the causes, when known failures were given: they fail no run. */
  | { readonly type: 'compared-with-baseline'; readonly comparison: BaselineComparison }
  | {
      readonly type: 'run-finished';
      readonly durationMs: number;
      /** Why the run ended before all was judged; absent when it did not. */
      readonly cutShort?: string;
      /** Why nothing could be judged; absent when something was. */
      readonly unreachable?: string;
      /** The end of what the server printed, or the building of it, where nothing could be judged. */
      readonly outputTail?: string;
    };
