// What the socket tells of the server's side: whether it let us in, and how it ended.
import type { Socket } from 'node:net';
import type { PeerState } from './sides.ts';
import type { Transcript } from '../transcript.ts';

export class PeerSide {
  state: PeerState = { kind: 'open' };
  /** True once the connection stood, however soon it ended. */
  isLetIn = false;
  /** When its FIN came, as a `performance.now()`; 0 before that. */
  endedMs = 0;
  /** The system's code of what went wrong last; undefined when nothing did. */
  faultCode: string | undefined;
  readonly #transcript: Transcript;
  readonly #stopListening: () => void;

  /** @param wake called whenever any of it has changed */
  constructor(socket: Socket, transcript: Transcript, wake: () => void) {
    this.#transcript = transcript;
    const onEnd = (): void => {
      this.#hearFin();
      wake();
    };
    const onError = (error: NodeJS.ErrnoException): void => {
      this.#hearError(error.code, socket.connecting);
      wake();
    };
    socket.on('end', onEnd);
    socket.on('error', onError);
    this.#stopListening = () => {
      socket.off('end', onEnd);
      socket.off('error', onError);
    };
  }

  /** How it ended, for a read that got less than it asked for and was not given up. */
  get end(): 'fin' | 'reset' {
    return this.state.kind === 'fin' ? 'fin' : 'reset';
  }

  stopListening(): void {
    this.#stopListening();
  }

  #hearFin(): void {
    if (this.state.kind !== 'open') return;
    const afterBytes = this.#transcript.receivedBytes;
    this.state = { kind: 'fin', afterBytes };
    this.endedMs = performance.now();
    this.#transcript.add({ kind: 'fin-received', afterBytes });
  }

  #hearError(code: string | undefined, isConnecting: boolean): void {
    // Who is refused gets ECONNREFUSED; a reset of the connect itself ended a connection that
    // stood, so soon that the event loop had not heard of it.
    if (!this.isLetIn && code === 'ECONNRESET') {
      this.isLetIn = true;
      this.#transcript.add({ kind: 'connected' });
    }
    this.faultCode = code ?? 'UNKNOWN';
    const afterBytes = this.#transcript.receivedBytes;
    // After a FIN the reading side is complete; a later RST only says our bytes are unwanted.
    if (this.state.kind === 'open') this.state = { kind: 'reset', afterBytes };
    if (!isConnecting) this.#transcript.add({ kind: 'reset-received', afterBytes });
  }
}
