// What a built-in server hears of its clients and does, a line each, as it happens. However fast clients
// come and go, no more than so many lines are written in a second: the rest is counted.
import type { ListenOptions } from '../../../fixtures/servers/embedded.ts';
import { quotedBytes } from '../../text/escape.ts';
import { counted } from '../../text/measures.ts';

/** Lines in one window, and how long that is, in milliseconds. */
const mostLines = 100;
const windowMs = 1000;
/** So many bytes of each message are shown. */
const shownBytes = 64;

interface LeftOut {
  lines: number;
  connected: number;
  closed: number;
  heardBytes: number;
  saidBytes: number;
}

type Happening = Partial<Omit<LeftOut, 'lines'>>;

/** A log of clients: {@link ClientLog.attend} is told of each, {@link ClientLog.close} when all is over. */
export class ClientLog {
  readonly #write: (text: string) => void;
  #linesLeft = mostLines;
  #leftOut = nothing();
  #window: NodeJS.Timeout | undefined;

  /** @param write takes whole lines */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Follows one client from its connection to its end. */
  readonly attend: Attend = (number, socket) => {
    const name = `client ${number}`;
    let [heardBytes, saidBytes] = [0, 0];
    let isBroken = false;
    const tell = (words: string, what: Happening = {}): void =>
      this.#tell(`${name}  ${words}`, what);
    const { remoteAddress = 'nowhere', remotePort = 0 } = socket;
    tell(`connects from ${remoteAddress} port ${remotePort}`, { connected: 1 });
    socket.once('end', () => tell('has ended its side (FIN)'));
    socket.once('finish', () => tell('  the server ends its side (FIN)'));
    socket.once('error', ({ code = 'an error' }: NodeJS.ErrnoException) => {
      isBroken = true;
      tell(code === 'ECONNRESET' ? 'has reset the connection (RST)' : `is lost: ${code}`);
    });
    socket.once('close', () => {
      const sum = `${counted(heardBytes, 'byte')} heard, ${counted(saidBytes, 'byte')} said`;
      tell(`${isBroken ? 'is gone' : 'is closed'}: ${sum}`, { closed: 1 });
    });
    return {
      heard: (bytes) => {
        heardBytes += bytes.length;
        tell(`says ${readable(bytes)}`, { heardBytes: bytes.length });
      },
      said: (bytes) => {
        saidBytes += bytes.length;
        tell(`  the server says ${readable(bytes)}`, { saidBytes: bytes.length });
      },
      reset: () => {
        isBroken = true;
        tell('  the server resets the connection (RST)');
      },
    };
  };

  /** Says what was left out last; nothing is written after it. */
  close(): void {
    clearTimeout(this.#window);
    this.#endWindow();
    this.#linesLeft = 0;
  }

  #tell(words: string, what: Happening): void {
    if (this.#linesLeft > 0) {
      this.#linesLeft -= 1;
      this.#write(`${timeOfDay()}  ${words}\n`);
    } else {
      this.#leftOut.lines += 1;
      for (const [key, count] of Object.entries(what))
        this.#leftOut[key as keyof Happening] += count;
    }
    this.#window ??= setTimeout(() => this.#endWindow(), windowMs);
  }

  #endWindow(): void {
    this.#window = undefined;
    const { lines, connected, closed, heardBytes, saidBytes } = this.#leftOut;
    this.#linesLeft = mostLines;
    this.#leftOut = nothing();
    if (lines === 0) return;
    const what = [
      `${counted(connected, 'client')} came`,
      `${counted(closed, 'client')} went`,
      `${counted(heardBytes, 'byte')} heard`,
      `${counted(saidBytes, 'byte')} said`,
    ];
    this.#write(`${timeOfDay()}  … ${counted(lines, 'line')} left out: ${what.join(', ')}\n`);
  }
}

/** Is told of a client before anything is read from it; what is returned hears what it says. */
export type Attend = NonNullable<ListenOptions['attend']>;

const nothing = (): LeftOut => ({ lines: 0, connected: 0, closed: 0, heardBytes: 0, saidBytes: 0 });

/** `5 bytes "hello"`, with C's escapes; of a long message its beginning. */
function readable(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.subarray(0, shownBytes)).toString('hex');
  return `${counted(bytes.length, 'byte')} ${quotedBytes(hex)}${bytes.length > shownBytes ? '…' : ''}`;
}

/** The hour on this machine's clock, to the millisecond: `14:03:07.512`. */
function timeOfDay(): string {
  const now = new Date();
  const digits = (value: number, count = 2): string => String(value).padStart(count, '0');
  return `${digits(now.getHours())}:${digits(now.getMinutes())}:${digits(now.getSeconds())}.${digits(now.getMilliseconds(), 3)}`;
}
