// A reference that does not run: what was recorded of it answers for it, each time the same.
import type { Behaviour } from '../../behaviours/behaviour.ts';
import { describe } from '../../behaviours/behaviour.ts';
import type { Contract } from '../../contracts/contract.ts';
import type { RunEvent, Verdict } from '../../events/events.ts';
import { summarise } from '../../events/report.ts';
import { counted } from '../../text/measures.ts';
import type { Reference } from '../reference.ts';
import type { Judged, JudgeSideOptions } from '../side.ts';
import { digestOfSteps, heardAgain } from './heard-lines.ts';
import type { RecordedBehaviour, ReferenceRecord } from './record.ts';

/**
 * The reference of a record.
 * @param name how messages call it, its file
 * @param contract the one that it was held to
 */
export function recordedReference(
  record: ReferenceRecord,
  name: string,
  contract: Contract,
): Reference {
  const ids = new Set(record.behaviours.map(({ behaviour }) => behaviour));
  const heard = new Map(record.conversations.map((one) => [one.steps, one]));
  return {
    doing: 'reading the record of the reference',
    // It takes no time, so there is nothing to gain.
    isApart: false,
    judge: (options) => Promise.resolve(judged(record, name, contract, options)),
    play: (conversations, times) =>
      Promise.resolve(
        Array.from({ length: times }, (_, time) =>
          conversations.map((one) => {
            const found = heard.get(digestOfSteps(one.conversation));
            return found === undefined ? undefined : heardAgain(one, found, time === 0);
          }),
        ),
      ),
    whyNotPlayed:
      'the record holds none of the conversations that this version of conform plays: record it again.',
    notices: (behaviours) => [
      `The reference is a record, ${name}, written by conform ${record.conform}: it was not run. What it kept of time and of its processes is of the day and the machine of the record, and conversations that were not recorded are not compared.`,
      ...unrecorded(behaviours.filter(({ id }) => !ids.has(id))),
    ],
  };
}

function unrecorded(missing: readonly Behaviour[]): string[] {
  if (missing.length === 0) return [];
  const shown = missing.slice(0, 4).map(({ id }) => id);
  const more = missing.length > shown.length ? `, and ${missing.length - shown.length} more` : '';
  return [
    `The record does not hold ${counted(missing.length, 'behaviour')} and nothing is compared there: ${shown.join(', ')}${more}. Record it again.`,
  ];
}

/** As if it had been judged now. */
function judged(
  { conform, target, seed, behaviours }: ReferenceRecord,
  name: string,
  contract: Contract,
  options: JudgeSideOptions,
): Judged {
  const recorded = new Map(behaviours.map((one) => [one.behaviour, one]));
  const wanted = (options.behaviours ?? []).filter(({ id }) => recorded.has(id));
  const { id, title, ending, serves } = contract;
  const events: RunEvent[] = [
    {
      type: 'run-started',
      schema: 'conform/events/1',
      tool: { name: 'conform', version: conform },
      target: {
        kind: target.kind,
        label: `${target.label} (${name})`,
        address: `${target.label} (${name})`,
      },
      seed,
      strict: options.strict ?? false,
      startedAt: new Date(0).toISOString(),
    },
    {
      type: 'contract-found',
      contract: {
        ...{
          id,
          title,
          form: null,
          found: 'given',
          how: [`It is the contract of the record ${name}.`],
          serves,
        },
        ending:
          ending === null
            ? null
            : {
                word: ending.word.toString('latin1'),
                match: ending.match,
                replied: ending.replied,
              },
      },
    },
    { type: 'planned', behaviours: wanted.map(describe) },
    ...wanted.flatMap((one): RunEvent[] => {
      const found = recorded.get(one.id);
      if (found === undefined) return [];
      const verdict = verdictOf(found, one);
      return [{ type: 'behaviour-finished', id: one.id, durationMs: 0, verdict }];
    }),
    { type: 'run-finished', durationMs: 0 },
  ];
  return { events, report: summarise(events), contract };
}

function verdictOf({ came, why = '' }: RecordedBehaviour, { hint }: Behaviour): Verdict {
  switch (came) {
    case 'passed':
      return { kind: 'passed' };
    case 'failed':
      return {
        kind: 'failed',
        summary: why,
        finding: { kind: 'other', expected: '', observed: '' },
        conversation: [],
        tally: { failed: 1, of: 1 },
        hint,
        again: { command: '', token: '' },
      };
    case 'blocked':
      return { kind: 'blocked', by: [], reason: why };
    case 'skipped':
    case 'errored':
      return { kind: came, reason: why };
  }
}
