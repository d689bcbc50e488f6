// Where a document's server comes from and how it is started: a card stands beside each source. What a run
// must find of it stands in fixtures/documents.

/** A contract that a document's server is meant to keep. */
type DocumentedContract =
  'echo' | 'uppercase' | 'one-message' | 'sink' | 'operator-lines' | 'operator-frames';

export interface DocumentCard {
  /** The name of its folder. */
  readonly id: string;
  readonly title: string;
  readonly document: '000' | '001' | '002' | '003' | '004';
  /** `C++ (Win32)` is cross-compiled and runs under Wine, in its container only. */
  readonly language: 'C' | 'C++' | 'Python' | 'C++ (Win32)';
  /** Where it listens in its container. */
  readonly port: number;
  readonly contract: {
    readonly id: DocumentedContract;
    /** The word that is meant to end a conversation. */
    readonly end?: string;
    readonly serves: 'many' | 'one-at-a-time' | 'one';
  };
  /** As somebody would type it in its folder, once it is built. */
  readonly startedBy: string;
  /** The parameters that give it another port. */
  readonly portParameters: '{port}' | '-p {port}';
}
