import { expect, test } from 'vitest';
import { parseXml } from '../../fixtures/golden/strict-xml.ts';

test('a well-formed document is read', () => {
  expect(
    parseXml('<?xml version="1.0" encoding="UTF-8"?>\n<a x="1 &lt;"><b/>t &amp; u</a>\n'),
  ).toEqual({
    name: 'a',
    attributes: { x: '1 <' },
    children: [{ name: 'b', attributes: {}, children: [], text: '' }],
    text: 't & u',
  });
});

test.each([
  '<a>',
  '<a></b>',
  '<a/><b/>',
  '<a x=1/>',
  '<a x="1" x="2"/>',
  '<a x="<"/>',
  '<a>&nbsp;</a>',
  '<a> & </a>',
  '<a>]]></a>',
  '<a>\u0000</a>',
  '<a>\u001b</a>',
  '<a>\ufffe</a>',
  '<a>\ud800</a>',
  'text',
  '',
])('%j is refused', (text) => {
  expect(() => parseXml(text)).toThrow('not well-formed');
});
