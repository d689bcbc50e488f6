// What is known of a document's server before any run: a card stands beside each source.

/** A behaviour that a run must find broken. */
export interface ExpectedFailure {
  /** The behaviour's id. */
  readonly behaviour: string;
  /** One line: which defect of the source it is. */
  readonly why: string;
}

export interface DocumentCard {
  /** The name of its folder. */
  readonly id: string;
  readonly title: string;
  readonly document: '000' | '001' | '002' | '003' | '004';
  readonly language: 'C' | 'C++';
  /** Where it listens when it is given no port. */
  readonly port: number;
  /** The contract that it is meant to keep. */
  readonly contract: {
    readonly id: 'echo' | 'uppercase';
    /** The word that is meant to end a conversation. */
    readonly end?: string;
    readonly serves: 'many' | 'one-at-a-time' | 'one';
  };
  /** As somebody would type it in its folder, once it is built. */
  readonly startedBy: string;
  /** What a run must find, and nothing else. */
  readonly finds: readonly ExpectedFailure[];
}
