import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { behaviours } from '../../behaviours/behaviours.ts';
import { causes } from '../../diagnosis/causes.ts';
import { echo } from '../echo.ts';
import { uppercase } from '../uppercase.ts';
import { addsToReplies } from './adds-to-replies.ts';
import { apartFrom } from './apart-from.ts';
import { changesCase, isByPlace } from './changes-case.ts';
import type { Deviation } from './deviation.ts';
import { endsAfterReply } from './ends-after-reply.ts';
import { greets } from './greets.ts';
import { mapsOtherwise, otherMaps, type OtherMap } from './maps-otherwise.ts';
import { repliesAtFin, repliesWhenFull, repliesWhenMoreComes } from './replies-at-fin.ts';
import { takesOnlyLines } from './takes-only-lines.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const none = bytes('');

/** What a client hears that says `messages` one by one, of a server that sends what `serve` makes of each. */
function conversation(
  deviations: readonly Deviation[],
  messages: readonly Buffer[],
  serve: (wire: Buffer, nth: number) => Buffer,
  cutAfter = Infinity,
): string {
  const client = apartFrom(deviations, echo);
  const heard: Buffer[] = [];
  for (const [nth, message] of messages.entries()) {
    const said = client.say(message);
    const wire = serve(Buffer.concat([said, client.endMessage()]), nth);
    for (let at = 0; at < wire.length; at += cutAfter) {
      heard.push(client.hear(wire.subarray(at, Math.min(wire.length, at + cutAfter))));
    }
  }
  return Buffer.concat([...heard, client.rest()]).toString('latin1');
}

const messages = ['hello', '\0', 'E', 'You said: no', 'a\nb\n', ''].map(bytes);
const asSaid = Buffer.concat(messages).toString('latin1');

describe('what is added to replies', () => {
  const additions = [
    { before: none, behind: bytes('\0') },
    { before: none, behind: bytes('\r\n') },
    { before: bytes('You said: '), behind: none },
    { before: bytes('E'), behind: bytes('E') },
    { before: bytes('Echo: '), behind: bytes('\n') },
  ];

  it.each(additions)('is left out, however the stream was cut: %o', (added) => {
    for (const cutAfter of [1, 2, 3, 7, Infinity]) {
      const said = messages.filter(({ length }) => length > 0);
      const heard = conversation(
        [addsToReplies(added)],
        said,
        (wire) => Buffer.concat([added.before, wire, added.behind]),
        cutAfter,
      );

      expect(heard).toBe(asSaid);
    }
  });

  it('is left out of a stream wherever a read of the server ended', () => {
    const added = { before: none, behind: bytes('\0') };
    // An added NUL cannot be told from one that was said.
    const stream = fc.uint8Array({ min: 1, minLength: 1, maxLength: 200 });
    const reads = fc.array(fc.nat({ max: 40 }), { minLength: 1 });

    fc.assert(
      fc.property(stream, reads, (sent, lengths) => {
        const client = apartFrom([addsToReplies(added)], echo);
        const request = Buffer.from(sent);
        client.say(request);
        const heard: Buffer[] = [];
        for (let at = 0, nth = 0; at < request.length; nth += 1) {
          const read = request.subarray(at, at + 1 + (lengths[nth % lengths.length] ?? 0));
          heard.push(client.hear(Buffer.concat([read, added.behind])));
          at += read.length;
        }

        expect(Buffer.concat([...heard, client.rest()])).toEqual(request);
      }),
    );
  });

  it('leaves other mistakes standing', () => {
    const added = addsToReplies({ before: none, behind: bytes('\0') });
    const serve = (wrong: (wire: Buffer) => string) => (wire: Buffer) => bytes(`${wrong(wire)}\0`);

    expect(
      conversation(
        [added],
        [bytes('abc')],
        serve(() => 'axc'),
      ),
    ).toBe('axc');
    expect(
      conversation(
        [added],
        [bytes('abc')],
        serve(() => 'ab'),
      ),
    ).toBe('ab');
    expect(
      conversation(
        [added],
        [bytes('abc')],
        serve(() => 'abcd'),
      ),
    ).toBe('abcd\0');
    expect(
      conversation(
        [added],
        [bytes('abc')],
        serve(() => 'abc\0'),
      ),
    ).toBe('abc\0');
  });
});

describe('a greeting', () => {
  const greeting = greets(bytes('Welcome!\r\n'));

  it('is taken once, however it was cut', () => {
    for (const cutAfter of [1, 4, Infinity]) {
      const serve = (wire: Buffer, nth: number): Buffer =>
        nth === 0 ? Buffer.concat([bytes('Welcome!\r\n'), wire]) : wire;

      const heard = conversation([greeting], [bytes('Welcome!\r\n'), bytes('b')], serve, cutAfter);

      expect(heard).toBe('Welcome!\r\nb');
    }
  });

  it('that is another is heard', () => {
    expect(conversation([greeting], [bytes('b')], () => bytes('Welcoming b'))).toBe('Welcoming b');
    expect(conversation([greeting], [bytes('b')], () => bytes('Wel'))).toBe('Wel');
  });
});

describe('lines', () => {
  const crLf = bytes('\r\n');

  it('end where the client waits, and only where they do not', () => {
    const client = apartFrom([takesOnlyLines({ sent: crLf, heard: crLf })], echo);

    expect(client.endMessage()).toEqual(none);
    client.say(bytes('a'));
    client.say(bytes('b'));
    expect(client.endMessage()).toEqual(crLf);
    expect(client.endMessage()).toEqual(none);
    client.say(bytes('c\r'));
    client.say(bytes('\n'));
    expect(client.endMessage()).toEqual(none);
  });

  it.each(['\r\n', '\n', ''])(
    'lose only the ending that was added, which came back as %j',
    (back) => {
      const line = takesOnlyLines({ sent: crLf, heard: bytes(back) });
      const said = ['one', 'two\n', 'x\r\n', '\r'].map(bytes);
      for (const cutAfter of [1, 2, Infinity]) {
        const serve = (wire: Buffer, nth: number): Buffer => {
          const isAdded = said[nth]?.toString('latin1').endsWith('\r\n') !== true;
          return isAdded ? Buffer.concat([said[nth] ?? none, bytes(back)]) : wire;
        };

        expect(conversation([line], said, serve, cutAfter)).toBe('onetwo\nx\r\n\r');
      }
    },
  );
});

describe('other letters', () => {
  it.each(Object.keys(otherMaps) as OtherMap[])('are heard as those due of one that %s', (does) => {
    const client = apartFrom([mapsOtherwise(does)], uppercase);
    const all = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte));

    const heard = client.hear(otherMaps[does](client.say(all)));

    expect(heard).toEqual(uppercase.reply(all));
  });

  it('leave a byte standing that neither table has', () => {
    const client = apartFrom([mapsOtherwise('lowers every capital')], uppercase);
    client.say(bytes('aBc'));

    expect(client.hear(bytes('axc'))).toEqual(bytes('AxC'));
  });
});

describe('letters in the wrong case', () => {
  const misplaced = changesCase('raises the first letter of each word only', uppercase);

  it('are heard as those due, and nothing else is', () => {
    const client = apartFrom([misplaced], uppercase);
    client.say(bytes('ab cD'));
    client.say(bytes('[e'));

    expect(client.hear(bytes('A'))).toEqual(bytes('A'));
    expect(client.hear(bytes('b Cx'))).toEqual(bytes('B Cx'));
    // { and [ are 32 apart, and no letters.
    expect(client.hear(bytes('{e'))).toEqual(bytes('{E'));
  });

  it('are put down to places only where the same letter came back in both cases', () => {
    expect(isByPlace(bytes('abab'), bytes('Abab'))).toBe(true);
    expect(isByPlace(bytes('abab'), bytes('AbAb'))).toBe(false);
    expect(isByPlace(bytes('aA'), bytes('aA'))).toBe(false);
  });
});

describe('several deviations at once', () => {
  it('are told apart together', () => {
    const lines = takesOnlyLines({ sent: bytes('\n'), heard: bytes('\n') });
    const added = addsToReplies({ before: bytes('> '), behind: none });
    const client = apartFrom(
      [greets(bytes('hi\n')), added, mapsOtherwise('lowers every capital'), lines],
      uppercase,
    );
    const wire = Buffer.concat([client.say(bytes('Bcd')), client.endMessage()]);

    expect(wire).toEqual(bytes('Bcd\n'));
    expect(client.hear(bytes('hi\n> bcd\n'))).toEqual(bytes('BCD'));
  });
});

it('names behaviours and causes that there are', () => {
  const ids: string[] = behaviours.map(({ id }) => id);
  const all = [
    greets(bytes('a')),
    repliesAtFin,
    repliesWhenFull,
    repliesWhenMoreComes,
    endsAfterReply,
    takesOnlyLines({ sent: bytes('\n'), heard: none }),
    ...['\0', '\n', 'x'].map((behind) => addsToReplies({ before: none, behind: bytes(behind) })),
    ...(Object.keys(otherMaps) as OtherMap[]).map(mapsOtherwise),
    ...[echo, uppercase].map((one) =>
      changesCase('raises the first letter of a message only', one),
    ),
  ];

  for (const { breaks, hides = [], cause } of all) {
    for (const contract of [echo, uppercase]) {
      expect(ids).toEqual(expect.arrayContaining([...breaks(contract)]));
    }
    for (const hidden of hides) {
      expect(ids.some((id) => (hidden.endsWith('/') ? id.startsWith(hidden) : id === hidden))).toBe(
        true,
      );
    }
    expect(causes.map(({ id }): string => id)).toContain(cause);
  }
});
