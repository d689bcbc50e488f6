// Writes a capture file for each failure of a run, as it is found.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Contract } from '../../contracts/contract.ts';
import { choose } from '../../contracts/choice.ts';
import { echo } from '../../contracts/echo.ts';
import type { Failed, RunEvent } from '../../events/events.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { decodeToken } from '../../payloads/token.ts';
import { replaceFile } from '../../files/write-atomically.ts';
import { captureFile } from './capture.ts';
import { SentBytes } from '../sent-bytes.ts';

/** The folder for the capture files cannot be had. */
export class CapturesUnavailable extends Error {
  override readonly name = 'CapturesUnavailable';
}

/** Listens to a run and writes what failed in it. */
export class Captures {
  readonly #folder: string;
  readonly #contracts: readonly Contract[];
  readonly #requirements = new Map<string, string>();
  #started: Extract<RunEvent, { type: 'run-started' }> | undefined;
  readonly #written = new Set<string>();
  #problem: string | undefined;

  /**
   * Makes the folder at once, with those that it stands in: no run is wasted.
   * @throws {CapturesUnavailable} when that cannot be done
   */
  constructor(folder: string, contracts: readonly Contract[]) {
    this.#folder = folder;
    this.#contracts = contracts;
    try {
      makeFolder(folder);
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      const why = code === 'EEXIST' ? 'that is a file; give a folder.' : message;
      throw new CapturesUnavailable(`The capture files cannot be written to ${folder}: ${why}`, {
        cause,
      });
    }
  }

  /** What was written, a sentence; undefined when there was nothing to write. */
  get outcome(): string | undefined {
    if (this.#problem !== undefined) return this.#problem;
    const { size } = this.#written;
    if (size === 0) return undefined;
    const what = size === 1 ? '1 failing conversation is' : `${size} failing conversations are`;
    return `${what} in ${this.#folder}, synthetic captures for Wireshark (pcapng).`;
  }

  /** The file that was written for the behaviour `id`; undefined when there is none. */
  fileOf(id: string): string | undefined {
    return this.#written.has(id) ? this.#path(id) : undefined;
  }

  onEvent(event: RunEvent): void {
    if (event.type === 'run-started') this.#started = event;
    if (event.type === 'planned') {
      for (const { id, requirement } of event.behaviours) {
        this.#requirements.set(id, requirement);
        // What failed the last time and passes now must not look as if it failed.
        this.#guarded(() => rmSync(this.#path(id), { force: true }));
      }
    }
    if (event.type === 'behaviour-finished' && event.verdict.kind === 'failed') {
      const { id, verdict } = event;
      this.#guarded(() => this.#write(id, verdict));
    }
  }

  #write(id: string, verdict: Failed): void {
    const started = this.#started;
    if (started === undefined) return;
    const file = captureFile({
      behaviour: id,
      requirement: this.#requirements.get(id) ?? '',
      verdict,
      address: started.target.address,
      startedAt: started.startedAt,
      version: started.tool.version,
      sent: this.#sentBytes(verdict.again.token, started.seed),
    });
    if (file === undefined) return;
    replaceFile(this.#path(id), file);
    this.#written.add(id);
  }

  #sentBytes(token: string, seed: number): SentBytes {
    if (token === '') return new SentBytes({ contract: echo, seed, given: undefined });
    const { contract: choice, given } = decodeToken(token);
    const contract = choose(choice, this.#contracts) ?? echo;
    return new SentBytes({ contract, seed, given });
  }

  /** `payload/nul-bytes` becomes `payload.nul-bytes.pcapng`, whatever a user's own id holds. */
  #path(id: string): string {
    return join(this.#folder, `${id.replaceAll('/', '.').replace(/[^\w.-]/g, '_')}.pcapng`);
  }

  /** A full disk spoils the capture files, not the run. */
  #guarded(write: () => void): void {
    try {
      write();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#problem ??= `The capture files could not be written to ${this.#folder}: ${why}`;
    }
  }
}
