import { describe, expect, test } from 'vitest';
import {
  classOf,
  exampleClass,
  gradedSubmission,
  hostileClass,
} from '../../../fixtures/golden/class-results.ts';
import { parseCsv } from '../../../fixtures/golden/csv.ts';
import { hostileTexts } from '../../../fixtures/golden/hostile-run.ts';
import { visible } from '../../text/escape.ts';
import { textCell } from '../../text/csv-cell.ts';
import { gradesCsv } from './grades-csv.ts';

const golden = (name: string): string =>
  new URL(`../../../fixtures/golden/${name}`, import.meta.url).pathname;

/** The table without its byte order mark. */
function table(text: string): string[][] {
  expect(text.startsWith('\ufeff')).toBe(true);
  return parseCsv(text.slice(1));
}

/** What a spreadsheet makes of a line if its locale parts cells with another sign. */
function cellsPartedBy(separator: string, text: string): string[] {
  return text.split(separator).flatMap((part) => part.split('\r\n'));
}

describe('grades.csv', () => {
  test('stands as in its golden file', async () => {
    await expect(gradesCsv(exampleClass)).toMatchFileSnapshot(golden('class.csv'));
  });

  test('is read back as the class was', () => {
    const [header = [], ...rows] = table(gradesCsv(exampleClass));
    const [ada, ben] = rows.map((cells) =>
      Object.fromEntries(header.map((title, index) => [title, cells[index]])),
    );

    expect(rows.map(([name]) => name)).toEqual(exampleClass.submissions.map(({ name }) => name));
    expect(ada).toMatchObject({ outcome: 'graded', points: '10', 'out of': '10', failed: '' });
    expect(ben).toMatchObject({
      points: '7',
      Replies: '3',
      'Many clients': '4',
      failed: 'payload/answers payload/megabytes',
      causes: 'reply-ends-at-nul',
      unjudged: '0',
    });
  });

  test('what errored has no points, and not 0', () => {
    const row = table(gradesCsv(exampleClass)).find(([name]) => name === 'jun');
    expect(row?.slice(1, 6)).toEqual(['errored', '', '10', '', '']);
  });

  test('an item that another submission has is an empty cell, and two of one name are one column', () => {
    const item = { name: 'x', points: 0.1, outOf: 1, visibility: 'visible' } as const;
    const [header, first, second] = table(
      gradesCsv(
        classOf([
          gradedSubmission('a', [1, 2], { items: [item, { ...item, points: 0.2 }] }),
          gradedSubmission('b', [1, 2], { items: [{ ...item, name: 'y' }] }),
        ]),
      ),
    );

    expect(header?.slice(4, 6)).toEqual(['x', 'y']);
    expect(first?.slice(4, 6)).toEqual(['0.3', '']);
    expect(second?.slice(4, 6)).toEqual(['', '0.1']);
  });

  test('a class of none is a header', () => {
    expect(table(gradesCsv(classOf([])))).toHaveLength(1);
  });

  test.each(hostileTexts)('%s stays a cell and is no formula in any locale', (_, text) => {
    const csv = gradesCsv(hostileClass(text));
    const rows = table(csv);

    expect(rows).toHaveLength(8);
    expect(csv.slice(1).replaceAll('\r\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    const whole = visible(text).trim();
    // The apostrophes that were added are all that is different.
    expect(rows[1]?.[0]?.replaceAll("'", '').trim()).toBe(whole.replaceAll("'", ''));
    for (const separator of [',', ';', '|', '\t']) {
      for (const cell of [...rows.flat(), ...cellsPartedBy(separator, csv.slice(1))]) {
        expect(cell).not.toMatch(/^["\s]*[=+\-@]/u);
      }
    }
  });
});

test.each([
  ['=1+1', `"'=1+1"`],
  ['+1', `"'+1"`],
  ['-1', `"'-1"`],
  ['@SUM(1)', `"'@SUM(1)"`],
  [' =1', `"' =1"`],
  ['＝1', `"'＝1"`],
  ['\t=1', `"\\t=1"`],
  ['\r=1', `"\\r=1"`],
  ['a;=1', `"a;'=1"`],
  ['a, -1', `"a, '-1"`],
  ['"=1', `"""=1"`],
  ['a-b', '"a-b"'],
  ['a "b"', '"a ""b"""'],
  ['', ''],
])('the cell of %j is %s', (text, cell) => {
  expect(textCell(text)).toBe(cell);
});
