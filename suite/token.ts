// A failing conversation as a short text: what `conform replay` takes.
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ContractChoice } from './contracts/choice.ts';
import type { Given } from './given.ts';

/** All that is needed to hold one conversation again. */
export interface Replay {
  readonly behaviour: string;
  readonly contract: ContractChoice;
  readonly seed: number;
  readonly given?: Given;
}

/** The text is no token of ours. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
}

const prefix = 'c1.';
/** No token of ours is larger once inflated: a hostile one must not fill the memory. */
const largestBytes = 16 * 1024 * 1024;

/** The token of a conversation; bytes are kept exactly. */
export function encodeToken(replay: Replay): string {
  const json = JSON.stringify(replay, (_, value: unknown) =>
    isBufferJson(value) ? { $hex: Buffer.from(value.data).toString('hex') } : value,
  );
  return prefix + deflateRawSync(json, { level: 9 }).toString('base64url');
}

/**
 * Reads a token back.
 * @throws {InvalidToken} with what is wrong
 */
export function decodeToken(token: string): Replay {
  if (!token.startsWith(prefix)) {
    throw new InvalidToken(
      `A token begins with ${prefix}; this one begins with ${token.slice(0, 3)}.`,
    );
  }
  try {
    const packed = Buffer.from(token.slice(prefix.length), 'base64url');
    const json = inflateRawSync(packed, { maxOutputLength: largestBytes }).toString();
    const replay: unknown = JSON.parse(json, (_, value: unknown) =>
      isHex(value) ? Buffer.from(value.$hex, 'hex') : value,
    );
    if (isReplay(replay)) return replay;
  } catch {
    // Told below: however it is broken, the remedy is the same.
  }
  throw new InvalidToken('The token is incomplete or damaged: copy it whole, without line breaks.');
}

function isBufferJson(value: unknown): value is { readonly data: readonly number[] } {
  return isObject(value) && value['type'] === 'Buffer' && Array.isArray(value['data']);
}

function isHex(value: unknown): value is { readonly $hex: string } {
  return isObject(value) && typeof value['$hex'] === 'string';
}

function isReplay(value: unknown): value is Replay {
  if (!isObject(value) || !isObject(value['contract'])) return false;
  const { behaviour, seed, contract, given } = value;
  if (typeof behaviour !== 'string' || typeof seed !== 'number') return false;
  if (typeof contract['id'] !== 'string') return false;
  return given === undefined || isGiven(given);
}

function isGiven(value: unknown): value is Given {
  if (!isObject(value)) return false;
  if (value['kind'] === 'conversation') {
    const { conversation } = value;
    return Array.isArray(conversation) && conversation.every(isMessage);
  }
  const { kind, steps } = value;
  return kind === 'scenario' && Array.isArray(steps) && steps.every(isStep);
}

const isMessage = (value: unknown): boolean =>
  isObject(value) && Buffer.isBuffer(value['bytes']) && Array.isArray(value['cuts']);

const isStep = (value: unknown): boolean =>
  isObject(value) && typeof value['do'] === 'string' && typeof value['client'] === 'number';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
