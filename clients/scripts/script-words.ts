// A step of a script in words, for a reader who has not written it.
import { byteCountOf, bytesOf, firstClient, type ScriptBytes, type ScriptStep } from './script.ts';

const shownBytes = 24;

/** One line, the client its subject: `A sends 3 bytes 61 62 63 (“abc”)`. */
export function tellStep(step: Exclude<ScriptStep, { do: 'repeat' }>): string {
  if (step.do === 'pause') return `nobody says anything for ${step.ms} ms`;
  const client = step.client ?? firstClient;
  switch (step.do) {
    case 'connect':
      return `client ${client} connects`;
    case 'send': {
      const cuts = step.cuts ?? [];
      const pieces =
        cuts.length === 0
          ? ''
          : `, cut at ${cuts.slice(0, 8).join(', ')}${cuts.length > 8 ? ', …' : ''}`;
      return `${client} sends ${tellBytes(step)}${pieces}`;
    }
    case 'expect':
      if ('until' in step) return `${client} expects anything up to ${tellBytes(step.until)}`;
      if ('length' in step) return `${client} expects ${counted(step.length)}, whatever they are`;
      if ('some' in step) return `${client} expects something, at most ${counted(step.some)}`;
      return `${client} expects ${tellBytes(step)}`;
    case 'expect-end': {
      const how = {
        fin: 'its side (FIN)',
        reset: 'the connection (RST)',
        either: 'the connection',
      };
      const ignored =
        step.ignored === true ? ', whatever comes before' : ' and to send nothing more';
      return `${client} expects the server to end ${how[step.by ?? 'either']}${ignored}`;
    }
    case 'half-close':
      return 'text' in step || 'hex' in step || 'bytes' in step
        ? `${client} sends ${tellBytes(step)} and ends its side (FIN)`
        : `${client} ends its side (FIN)`;
    case 'reset':
      return `${client} resets its connection (RST)`;
  }
}

/** Bytes as hexadecimal digits and, where all of it is printable ASCII, as text. */
function tellBytes(written: ScriptBytes): string {
  const byteCount = byteCountOf(written);
  // What is shown is made, not all that is sent: a step may stand for megabytes, in every turn.
  const once = { ...written, times: 1 };
  const onceBytes = byteCountOf(once);
  const times = Math.min(written.times ?? 1, Math.ceil(shownBytes / onceBytes));
  const window = bytesOf({ ...once, times }).subarray(0, shownBytes);
  const more = byteCount > shownBytes ? ' …' : '';
  const hex = window.toString('hex').replace(/..(?=.)/gu, '$& ');
  const text = window.toString('latin1');
  const isPrintable = /^[\x20-\x7e]+$/u.test(text);
  return `${counted(byteCount)} ${hex}${more}${isPrintable ? ` (“${text}${more}”)` : ''}`;
}

const counted = (count: number): string => (count === 1 ? '1 byte' : `${count} bytes`);
