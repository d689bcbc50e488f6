import { describe, expect, test } from 'vitest';
import { inertJson, quotedBytes, visible, visibleLines, xmlAttribute, xmlText } from './escape.ts';

describe('one visible line', () => {
  test.each([
    ['\u001b[31m', '\\x1b[31m'],
    ['a\r\n\tb', 'a\\r\\n\\tb'],
    ['\u0000\u007f\u009b', '\\x00\\x7f\\x9b'],
    ['\u202e\u2066\u061c', '\\u{202e}\\u{2066}\\u{61c}'],
    ['\u200b\u200d\ufeff\u00ad\u2060', '\\u{200b}\\u{200d}\\u{feff}\\xad\\u{2060}'],
    ['\ufff9\u0600', '\\u{fff9}\\u{600}'],
    ['\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['\ud800 \udfff', '\\u{d800} \\u{dfff}'],
    ['\ufffe\uffff\u{1ffff}', '\\u{fffe}\\u{ffff}\\u{1ffff}'],
    ['\u{e0041}', '\\u{e0041}'],
    ['Grüße, 你好 🙂 «»', 'Grüße, 你好 🙂 «»'],
  ])('%j', (text, expected) => {
    expect(visible(text)).toBe(expected);
  });
});

test('lines stay lines, carriage returns within them do not stay', () => {
  expect(visibleLines('one\r\ntwo\rtwo\n\tthree')).toEqual(['one', 'two\\rtwo', '    three']);
});

test('bytes are quoted as C would have them', () => {
  const bytes = Buffer.from('a"\\\n\r\t\0\x1b\x7f\xff ~', 'latin1').toString('hex');

  expect(quotedBytes(bytes)).toBe('"a\\"\\\\\\n\\r\\t\\x00\\x1b\\x7f\\xff ~"');
});

test('XML text and attributes cannot end their element', () => {
  expect(xmlText('a\n]]></failure>&\u0000')).toBe('a\n]]&gt;&lt;/failure&gt;&amp;\\x00');
  expect(xmlAttribute('"\n<')).toBe('&quot;\\n&lt;');
});

test('inert JSON means what it meant', () => {
  const value = { key: 'C1 \u009b, \u{e0041}, \u202e, DEL \u007f, 🙂', list: ['\u001b', '\n'] };
  const json = inertJson(JSON.stringify(value, null, 2));

  expect(JSON.parse(json)).toEqual(value);
  expect(json).toContain('\\udb40\\udc41');
  expect(json).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
});
