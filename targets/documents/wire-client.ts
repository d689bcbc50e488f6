// The plain client that the tests of the documents' servers share: it keeps all that it receives.
import { connect, type Socket } from 'node:net';
import type { Address } from '../target.ts';

const patienceMs = 5000;

export class WireClient {
  readonly socket: Socket;
  received = Buffer.alloc(0);
  end: 'open' | 'fin' | 'reset' = 'open';

  constructor(address: Address) {
    this.socket = connect({
      ...address,
      allowHalfOpen: true,
      noDelay: true,
      onread: {
        buffer: Buffer.alloc(65_536),
        callback: (byteCount, buffer) => {
          this.received = Buffer.concat([this.received, buffer.subarray(0, byteCount)]);
          this.socket.emit('progress');
          // libuv reports a RST that came with the last bytes as an end of file, unless reading
          // stopped in between.
          setImmediate(() => this.socket.resume());
          return false;
        },
      },
    });
    this.socket.on('end', () => this.#endBy('fin'));
    this.socket.on('error', () => this.#endBy('reset'));
  }

  /**
   * Sends, and takes the next `byteCount` bytes.
   * @throws {Error} when they do not come
   */
  async exchange(message: Buffer | string, byteCount: number): Promise<Buffer> {
    this.socket.write(message);
    return await this.take(byteCount);
  }

  /**
   * Takes the next `byteCount` bytes, or what came before the end.
   * @throws {Error} when they do not come
   */
  async take(byteCount: number): Promise<Buffer> {
    await this.#until(() => this.received.length >= byteCount || this.end !== 'open');
    const taken = this.received.subarray(0, byteCount);
    this.received = this.received.subarray(byteCount);
    return taken;
  }

  /**
   * How the server ended the connection.
   * @throws {Error} when it does not
   */
  async ended(): Promise<'open' | 'fin' | 'reset'> {
    await this.#until(() => this.end !== 'open');
    return this.end;
  }

  #endBy(end: 'fin' | 'reset'): void {
    this.end = end;
    this.socket.emit('progress');
  }

  async #until(isReached: () => boolean): Promise<void> {
    if (isReached()) return;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (isReached()) settle(resolve);
      };
      const timer = setTimeout(() => {
        settle(() => reject(new Error(`nothing more after ${this.received.length} bytes`)));
      }, patienceMs);
      const settle = (how: () => void): void => {
        clearTimeout(timer);
        this.socket.off('progress', look);
        how();
      };
      this.socket.on('progress', look);
    });
  }
}
