// What is known of a document's server before any run: a card stands beside each source.

/** A behaviour that a run must find broken. */
export interface ExpectedFailure {
  /** The behaviour's id. */
  readonly behaviour: string;
  /** One line: which defect of the source it is. */
  readonly why: string;
}

/** A contract, or a form of server that a run may recognise. */
type DocumentedForm =
  | 'echo'
  | 'uppercase'
  | 'byte-shift'
  | 'c-string-echo'
  | 'one-message'
  | 'sink'
  | 'operator-lines'
  | 'operator-frames';

export interface DocumentCard {
  /** The name of its folder. */
  readonly id: string;
  readonly title: string;
  readonly document: '000' | '001' | '002' | '003' | '004';
  /** `C++ (Win32)` is cross-compiled and runs under Wine, in its container only. */
  readonly language: 'C' | 'C++' | 'Python' | 'C++ (Win32)';
  /** Where it listens in its container. */
  readonly port: number;
  /** The contract that it is meant to keep. */
  readonly contract: {
    readonly id: DocumentedForm;
    /** The word that is meant to end a conversation. */
    readonly end?: string;
    readonly serves: 'many' | 'one-at-a-time' | 'one';
  };
  /** What it really is, where that is something else than its contract. */
  readonly form?: DocumentedForm;
  /** As somebody would type it in its folder, once it is built. */
  readonly startedBy: string;
  /** The parameters that give it another port. */
  readonly portParameters: '{port}' | '-p {port}';
  readonly verdict: 'conforms' | 'does-not-conform';
  /** What a run must find, and nothing else. */
  readonly finds: readonly ExpectedFailure[];
  /** What hangs on the kernel's timing, so that a run may find it or not. */
  readonly mayFind?: readonly ExpectedFailure[];
}
