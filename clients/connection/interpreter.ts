/** What stands between what a client says and hears, and what goes over the wire; each connection has its own. */
export interface Interpreter {
  /** What goes over the wire for `bytes` that the client says. */
  readonly say: (bytes: Buffer) => Buffer;
  /** What goes over the wire before the client waits for a reply, or ends its side. */
  readonly endMessage: () => Buffer;
  /** What the client hears of `chunk`. */
  readonly hear: (chunk: Buffer) => Buffer;
  /** What it hears when nothing more comes. */
  readonly rest: () => Buffer;
  /** True when the client ends its side to hear a reply: it can say nothing more then. */
  readonly endsSideToHear: boolean;
}
