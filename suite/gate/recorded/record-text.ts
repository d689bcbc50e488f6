// The record of a reference as text: a line of JSON each, so that a diff shows what the reference does otherwise now.
import { faultOf, type Shape, type Told } from '../../../clients/shapes/shape.ts';
import { withoutByteOrderMark } from '../../files/written-json.ts';
import { inertJson } from '../../text/escape.ts';
import type { ReferenceRecord } from './record.ts';
import { recordedBehaviour, recordedConversation, recordHead } from './record-shapes.ts';

/** The file is no record, or not one that this version can read; the message gives the place. */
export class InvalidRecord extends Error {
  override readonly name = 'InvalidRecord';
}

const howToRecord = 'Write it with `conform record --reference SERVER -o FILE`.';

/** The text of a record: the same record always gives the same text. */
export function recordText(record: ReferenceRecord): string {
  const { conform, target, contract, seed, suite, behaviours, conversations } = record;
  const head = {
    ...{ format: 'conform/reference/1', conform, target, contract, seed },
    ...(suite === undefined ? {} : { suite }),
    ...{ behaviours: behaviours.length, conversations: conversations.length },
  };
  const lines = [head, ...behaviours, ...conversations];
  return lines.map((line) => `${inertJson(JSON.stringify(line))}\n`).join('');
}

/**
 * The record in `content`.
 * @param name how the messages call the file
 * @throws {InvalidRecord}
 */
export function readRecord(content: string, name: string): ReferenceRecord {
  const [first = '', ...rest] = withoutByteOrderMark(content).trimEnd().split('\n');
  if (first.trim() === '') throw new InvalidRecord(`${name} is empty. ${howToRecord}`);
  const head = headOf(first, name);
  const counted = head.behaviours + head.conversations;
  if (rest.length !== counted) {
    throw new InvalidRecord(
      `${name} is cut or damaged: its first line announces ${counted} further lines, and there are ${rest.length}. ${howToRecord}`,
    );
  }
  const lines = rest.map((line, index) => ({ line, place: `${name}:${index + 2}` }));
  const behaviours = lines
    .slice(0, head.behaviours)
    .map(({ line, place }) => told(recordedBehaviour, line, place));
  const conversations = lines
    .slice(head.behaviours)
    .map(({ line, place }) => told(recordedConversation, line, place));
  const ids = behaviours.map(({ behaviour }) => behaviour);
  const twice = ids.find((id, index) => ids.indexOf(id) < index);
  if (twice !== undefined) throw new InvalidRecord(`${name} is damaged: ${twice} stands twice.`);
  return { ...head, behaviours, conversations };
}

function headOf(line: string, name: string): Told<typeof recordHead> {
  const value = parsed(line);
  const format =
    typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined;
  const [, version] = /^conform\/reference\/(\d+)$/u.exec(String(format)) ?? [];
  if (version === undefined) {
    throw new InvalidRecord(`${name} is no record of a reference. ${howToRecord}`);
  }
  if (version !== '1') {
    throw new InvalidRecord(
      `${name} is a record of form ${version}, and this version of conform reads form 1: use a newer conform, or record it again.`,
    );
  }
  return told(recordHead, line, `${name}:1`);
}

function told<Declared extends Shape>(
  shape: Declared,
  line: string,
  place: string,
): Told<Declared> {
  const value = parsed(line);
  if (value === undefined) throw new InvalidRecord(`${place}: this line is not JSON.`);
  const fault = faultOf(shape, value, 'the line');
  if (fault !== null) throw new InvalidRecord(`${place}: ${fault}.`);
  return value as Told<Declared>;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
