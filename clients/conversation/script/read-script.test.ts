import { describe, expect, it } from 'vitest';
import { InvalidScript, readScript } from './read-script.ts';
import { payloadOf } from '../conversation.ts';
import { scriptForm } from './script-limits.ts';

const withSteps = (...steps: unknown[]): unknown => ({ script: scriptForm, steps });

/** What is said of a script. */
function complaint(value: unknown): string {
  try {
    readScript(value);
    return 'none';
  } catch (error) {
    if (error instanceof InvalidScript) return error.message;
    throw error;
  }
}

describe('a script', () => {
  it('is read as the conversation that it is', () => {
    const script = {
      script: scriptForm,
      name: 'all-steps-2',
      requirement: 'The server does it all.',
      reference: 'its manual',
      hint: 'It does not.',
      steps: [
        { do: 'connect', client: 'B' },
        { do: 'send', client: 'B', text: 'abc', times: 2, cuts: [1, 5] },
        { do: 'expect', client: 'B', hex: '61 62 63\n616263' },
        { do: 'expect', client: 'B', bytes: [0, 255] },
        { do: 'expect', client: 'B', length: 3 },
        { do: 'expect', client: 'B', some: 3 },
        { do: 'expect', client: 'B', until: { text: '\n' }, within: 10 },
        { do: 'pause', ms: 0 },
        { do: 'repeat', times: 3, steps: [{ do: 'connect' }, { do: 'reset' }] },
        { do: 'half-close', client: 'B', text: 'bye' },
        { do: 'expect-end', client: 'B', by: 'fin', ignored: true },
      ],
    };

    const client = 'B';
    const abc = payloadOf('abc');
    const { name, requirement, reference, hint } = script;
    expect(readScript(script)).toEqual({
      ...{ name, requirement, reference, hint },
      conversation: [
        { do: 'connect', client },
        { do: 'send', client, payload: { ...abc, times: 2 }, cuts: [1, 5] },
        { do: 'receive', client, expected: { kind: 'exactly', payload: payloadOf('abcabc') } },
        {
          do: 'receive',
          client,
          expected: { kind: 'exactly', payload: payloadOf(Buffer.of(0, 255)) },
        },
        { do: 'receive', client, expected: { kind: 'count', byteCount: 3 } },
        { do: 'receive', client, expected: { kind: 'some', mostBytes: 3 } },
        {
          do: 'receive',
          client,
          expected: { kind: 'until', mark: payloadOf('\n'), withinBytes: 10 },
        },
        { do: 'pause', milliseconds: 0 },
        {
          do: 'repeat',
          times: 3,
          steps: [
            { do: 'connect', client: 'A' },
            { do: 'reset', client: 'A' },
          ],
        },
        { do: 'half-close', client, payload: payloadOf('bye') },
        { do: 'await-end', client, by: 'fin', before: 'anything' },
      ],
    });
  });

  it('leaves out what is as usual', () => {
    const { conversation } = readScript(
      withSteps({ do: 'expect', until: { hex: '0a' } }, { do: 'expect-end' }),
    );

    expect(conversation).toEqual([
      {
        do: 'receive',
        client: 'A',
        expected: { kind: 'until', mark: payloadOf('\n'), withinBytes: 4096 },
      },
      { do: 'await-end', client: 'A', by: 'either', before: 'nothing' },
    ]);
  });

  it('of a program may hold bytes as they are', () => {
    const script = withSteps({ do: 'send', bytes: Buffer.from('abc') });

    expect(complaint(script)).toBe('none');
  });
});

describe('what is no script is told with its place', () => {
  const deep = (levels: number): unknown =>
    levels === 0 ? { do: 'connect' } : { do: 'repeat', times: 2, steps: [deep(levels - 1)] };

  it.each<[string, unknown, RegExp]>([
    ['a list', [], /^The script must be an object/],
    ['nothing', null, /^The script must be an object/],
    ['no form', { steps: [] }, /^script: expected "conform\/script\/1", found nothing/],
    ['another form', { script: 'conform/script/2' }, /found "conform\/script\/2"/],
    ['an unknown field', { script: scriptForm, step: [] }, /^step: is not known here; .*steps/],
    ['a bad name', { script: scriptForm, name: 'A/b' }, /^name: expected small letters/],
    ['an empty hint', { script: scriptForm, hint: ' ' }, /^hint: expected a sentence/],
    ['no steps', { script: scriptForm }, /^steps: expected a list/],
    ['steps without one', withSteps(), /^steps: expected a list of at least one step, found \[\]/],
    ['a word for a step', withSteps('send'), /^steps\[0\]: expected a step/],
    [
      'an unknown step',
      withSteps({ do: 'sned' }),
      /^steps\[0\]\.do: expected one of .*; found "sned"/,
    ],
    ['a step of Object', withSteps({ do: 'toString' }), /^steps\[0\]\.do: expected one of/],
    [
      'a misspelt field',
      withSteps({ do: 'send', txt: 'a' }),
      /^steps\[0\]\.txt: is not known here/,
    ],
    [
      'no bytes',
      withSteps({ do: 'send' }),
      /^steps\[0\]: expected one of text, hex, bytes, found none/,
    ],
    ['two kinds of bytes', withSteps({ do: 'send', text: 'a', hex: '61' }), /found text and hex/],
    ['empty text', withSteps({ do: 'send', text: '' }), /expected at least one byte/],
    [
      'text that is a number',
      withSteps({ do: 'send', text: 1 }),
      /^steps\[0\]\.text: expected text/,
    ],
    ['half a byte', withSteps({ do: 'send', hex: '6' }), /^steps\[0\]\.hex: .*found "6"/],
    ['a number above a byte', withSteps({ do: 'send', bytes: [256] }), /from 0 to 255/],
    ['text that is undefined', withSteps({ do: 'send', text: undefined }), /\.text: expected text/],
    ['no times', withSteps({ do: 'send', text: 'a', times: 0 }), /^steps\[0\]\.times: .*found 0/],
    [
      'a descending cut',
      withSteps({ do: 'send', text: 'abc', cuts: [2, 1] }),
      /^steps\[0\]\.cuts\[1\]/,
    ],
    ['a cut at the end', withSteps({ do: 'send', text: 'abc', cuts: [3] }), /from 1 to 2/],
    ['cuts that are no list', withSteps({ do: 'send', text: 'abc', cuts: 1 }), /list of offsets/],
    ['nothing expected', withSteps({ do: 'expect' }), /expected one of text, hex, bytes, length/],
    [
      'too much expected',
      withSteps({ do: 'expect', text: 'a', length: 1 }),
      /found text and length/,
    ],
    ['a length of none', withSteps({ do: 'expect', length: 0 }), /\.length: .*from 1/],
    [
      'times of a length',
      withSteps({ do: 'expect', length: 1, times: 2 }),
      /\.times: goes with bytes/,
    ],
    ['within without until', withSteps({ do: 'expect', text: 'a', within: 2 }), /goes with until/],
    [
      'until without bytes',
      withSteps({ do: 'expect', until: {} }),
      /^steps\[0\]\.until: expected one/,
    ],
    ['another end', withSteps({ do: 'expect-end', by: 'FIN' }), /\.by: .*found "FIN"/],
    [
      'ignored in words',
      withSteps({ do: 'expect-end', ignored: 'yes' }),
      /\.ignored: expected true/,
    ],
    ['a long pause', withSteps({ do: 'pause', ms: 10_001 }), /\.ms: .*from 0 to 10000/],
    [
      'a pause of somebody',
      withSteps({ do: 'pause', ms: 1, client: 'A' }),
      /\.client: is not known/,
    ],
    [
      'a client’s long name',
      withSteps({ do: 'connect', client: 'a'.repeat(13) }),
      /\.client: expected a name/,
    ],
    [
      'a client that is not there',
      withSteps({ do: 'send', client: 'B', text: 'a' }),
      /client "B" has not connected/,
    ],
    [
      'the first client, when others connect',
      withSteps({ do: 'connect', client: 'B' }, { do: 'send', text: 'a' }),
      /^steps\[1\]: client "A" has not connected: put \{"do": "connect"/,
    ],
    [
      'a mistake in a repeat',
      withSteps({ do: 'repeat', times: 2, steps: [{ do: 'connect' }, { do: 'send', hex: 'x' }] }),
      /^steps\[0\]\.steps\[1\]\.hex/,
    ],
    [
      'sending after FIN',
      withSteps({ do: 'half-close' }, { do: 'send', text: 'a' }),
      /^steps\[1\]: .*after its half-close/,
    ],
    [
      'anything after RST',
      withSteps({ do: 'reset' }, { do: 'expect', text: 'a' }),
      /^steps\[1\]: .*after its reset/,
    ],
    [
      'sending after the FIN of an earlier turn',
      withSteps({
        do: 'repeat',
        times: 2,
        steps: [{ do: 'send', text: 'a' }, { do: 'half-close' }],
      }),
      /^steps\[0\]\.steps\[0\]: .*after its half-close/,
    ],
    ['a deep one', withSteps(deep(5)), /more than 4 repeats within one another/],
    [
      'a step of many bytes',
      withSteps({ do: 'send', text: 'a', times: 16 * 1024 * 1024 + 1 }),
      /times: expected/,
    ],
    [
      'a step of more bytes',
      withSteps({ do: 'send', text: 'ab', times: 16 * 1024 * 1024 }),
      /bytes in a step/,
    ],
    [
      'bytes that add up',
      withSteps({ do: 'repeat', times: 5, steps: [{ do: 'expect', length: 16 * 1024 * 1024 }] }),
      /more than 67108864 bytes altogether/,
    ],
    [
      'steps that add up',
      withSteps({ do: 'repeat', times: 100_000, steps: [{ do: 'pause', ms: 0 }] }),
      /more than 100000 steps/,
    ],
    [
      'pauses that add up',
      withSteps({ do: 'repeat', times: 61, steps: [{ do: 'pause', ms: 1000 }] }),
      /more than 60000 ms of pauses/,
    ],
    [
      'many steps',
      withSteps(...Array.from({ length: 2001 }, () => ({ do: 'pause', ms: 0 }))),
      /^steps\[2000\]: more than 2000 steps/,
    ],
    [
      'many clients',
      withSteps(
        ...Array.from({ length: 65 }, (_, number) => ({ do: 'connect', client: `c${number}` })),
      ),
      /more than 64 clients/,
    ],
    ['a number that JSON has not', withSteps({ do: 'pause', ms: 1n }), /found a bigint/],
  ])('%s', (_, value, says) => {
    expect(complaint(value)).toMatch(says);
  });

  it('also when it contains itself', () => {
    const step: Record<string, unknown> = { do: 'repeat', times: 2 };
    step['steps'] = [step];

    expect(complaint(withSteps(step))).toMatch(/more than 4 repeats/);
  });
});
