// A counterexample told step by step.
import type { Contract } from './contracts/contract.ts';
import { segments, type Given, type Step } from './given.ts';

const shownBytes = 24;
const shownSteps = 40;

/** One line a step: what each client does, and what it must receive. */
export function tell(given: Given, contract: Contract): string[] {
  const lines =
    given.kind === 'conversation' ? tellConversation(given, contract) : given.steps.map(tellStep);
  if (lines.length <= shownSteps) return lines;
  return [...lines.slice(0, shownSteps), `… and ${lines.length - shownSteps} further steps`];
}

function tellConversation(
  { conversation }: Extract<Given, { kind: 'conversation' }>,
  { reply }: Contract,
): string[] {
  return [
    'client A connects',
    ...conversation.flatMap(segments).map((segment) => {
      const owed = reply(segment);
      const expects = owed.equals(segment) ? 'the same back' : show(owed);
      return `A sends ${show(segment)} and expects ${expects}`;
    }),
  ];
}

function tellStep(step: Step): string {
  const client = `client ${String.fromCharCode(0x41 + step.client)}`;
  switch (step.do) {
    case 'connect':
      return `${client} connects`;
    case 'send':
      return `${client} sends ${show(Buffer.from(step.text))}`;
    case 'receive':
      return `${client} reads what it is owed so far`;
    case 'half-close':
      return `${client} ends its side (FIN) and reads to the end`;
    case 'reset':
      return `${client} resets its connection (RST)`;
  }
}

/** Bytes as hexadecimal digits and, where all of it is printable ASCII, as text. */
function show(bytes: Buffer): string {
  const count = bytes.length === 1 ? '1 byte' : `${bytes.length} bytes`;
  const window = bytes.subarray(0, shownBytes);
  const more = bytes.length > shownBytes ? ' …' : '';
  const hex = window.toString('hex').replace(/..(?=.)/g, '$& ');
  const text = window.toString('latin1');
  const isPrintable = /^[\x20-\x7e]+$/.test(text);
  return `${count} ${hex}${more}${isPrintable ? ` (“${text}${more}”)` : ''}`;
}
