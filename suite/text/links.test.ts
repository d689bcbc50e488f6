import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { everyShape } from '../../fixtures/golden/runs.ts';
import { printed } from '../../fixtures/golden/printed.ts';
import { openReporter } from '../reporters/pretty/pretty.ts';
import { linkTo, withLinks } from './links.ts';
import { takesLinks } from './takes-links.ts';

const addresses = (text: string): string[] =>
  [...text.matchAll(/\u001b\]8;;([^\u0007]+)\u0007/gu)].map(([, address = '']) => address);

describe('the documents that a line names', () => {
  test.each([
    ['RFC 862: data is sent back', ['https://www.rfc-editor.org/rfc/rfc862']],
    [
      'RFC 9293, 3.6 and 3.5.2; socket(7), SO_LINGER',
      [
        'https://www.rfc-editor.org/rfc/rfc9293#section-3.6',
        'https://man7.org/linux/man-pages/man7/socket.7.html',
      ],
    ],
    ['CWE-201, insertion', ['https://cwe.mitre.org/data/definitions/201.html']],
    ['the contract’s promise: one client at a time', []],
  ])('become links: %s', (line, expected) => {
    expect(addresses(withLinks(line))).toEqual(expected);
    expect(stripVTControlCharacters(withLinks(line))).toBe(line);
    expect(addresses(linkTo(line, 'id'))).toEqual(expected.slice(0, 1));
    expect(stripVTControlCharacters(linkTo(line, 'id'))).toBe('id');
  });
});

describe('a failure', () => {
  const open = { isTerminal: true, useColour: true, detail: 'verbose' } as const;

  test('links to what it refers to, and reads the same', () => {
    const linked = printed(openReporter, everyShape.events, { ...open, hasLinks: true });
    const bare = printed(openReporter, everyShape.events, open);

    expect(addresses(linked).length).toBeGreaterThan(0);
    expect(addresses(bare)).toEqual([]);
    expect(stripVTControlCharacters(linked)).toBe(stripVTControlCharacters(bare));
  });

  test('has no link where no colour is wanted', () => {
    const colourless = { ...open, useColour: false, hasLinks: true };

    expect(addresses(printed(openReporter, everyShape.events, colourless))).toEqual([]);
  });
});

test.each<[boolean, Record<string, string>]>([
  [false, {}],
  [false, { TERM: 'xterm-256color' }],
  [true, { TERM: 'xterm-256color', VTE_VERSION: '6800' }],
  [false, { TERM: 'xterm-256color', VTE_VERSION: '5000' }],
  [true, { TERM: 'xterm-kitty' }],
  [true, { TERM_PROGRAM: 'vscode' }],
  [false, { TERM_PROGRAM: 'Apple_Terminal' }],
  [true, { WT_SESSION: 'a' }],
  [false, { TERM: 'tmux-256color', VTE_VERSION: '6800' }],
  [false, { TERM: 'xterm-256color', VTE_VERSION: '6800', TMUX: '/tmp/tmux' }],
  [false, { TERM: 'xterm-kitty', FORCE_HYPERLINK: '0' }],
  [true, { TERM: 'xterm-256color', FORCE_HYPERLINK: '1' }],
])('%j: a terminal with %j takes links', (expected, environment) => {
  expect(takesLinks(environment)).toBe(expected);
});
