// Sheets as the platforms export them, filled: each cell that changed, and no byte beside them.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  classOf,
  gradedSubmission as graded,
  unjudgedSubmission as unjudged,
} from '../../../fixtures/golden/class-results.ts';
import { fillGradebook, type FillOptions } from './fill-gradebook.ts';
import { InvalidSheet } from './sheet.ts';

const exported = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/platforms/${name}`, import.meta.url), 'utf8');
const moodle = exported('moodle-worksheet.csv');
const canvas = exported('canvas-gradebook.csv');

type Submissions = Parameters<typeof classOf>[0];

const fill = (
  text: string,
  submissions: Submissions,
  options: FillOptions = {},
): ReturnType<typeof fillGradebook> => fillGradebook(text, classOf(submissions), options);

/** The lines that are not as they were, each as it is now. */
function changed(before: string, after: string): string[] {
  const lines = before.split('\n');
  const now = after.split('\n');
  expect(now).toHaveLength(lines.length);
  return now.filter((line, index) => line !== lines[index]);
}

function refusal(text: string, options: FillOptions = {}): string {
  try {
    fill(text, [graded('ada', [1, 1])], options);
  } catch (error) {
    if (error instanceof InvalidSheet) return error.message;
    throw error;
  }
  throw new Error('not refused');
}

describe('a worksheet of Moodle', () => {
  const scaled = { scale: true };

  test('gets the points of its own downloads, scaled, and no other byte changes', () => {
    const filled = fill(
      moodle,
      [
        graded('Ada Lovelace_1201_assignsubmission_file_', [6, 4]),
        graded('Zoë Müller_1202_assignsubmission_file_server', [3.33, 0]),
      ],
      scaled,
    );

    expect(filled).toMatchObject({ platform: 'Moodle', left: [], withoutSubmission: 3 });
    const rest = '100.00,Yes,"Monday, 7 September 2026, 9:15 AM",-,\r';
    expect(changed(moodle, filled.text)).toEqual([
      `"Participant 1201","Ada Lovelace",ada@example.edu,"Submitted for grading - ",100.00,${rest}`,
      `"Participant 1202","Zoë ""Z"" Müller",zoe.mueller@example.edu,"Submitted for grading - ",33.30,${rest}`,
    ]);
    expect(filled.text.startsWith('\ufeffIdentifier,')).toBe(true);
  });

  test.each(['Ada Lovelace', 'ada lovelace', 'ADA_LOVELACE', 'ada', 'ada@example.edu', '1201'])(
    'finds its participant by %s',
    (name) => {
      expect(fill(moodle, [graded(name, [1, 0])], scaled).entered).toEqual([name]);
    },
  );

  test.each([
    ['nobody of that name', 'Ada Byron', 'nobody in the Moodle file is named so.'],
    ['a part of a name', 'Ada', null],
    [
      'a number of nobody',
      'Ada Lovelace_9_assignsubmission_file_',
      'nobody in the Moodle file is named so.',
    ],
    [
      'what Moodle has locked',
      'Locked Person',
      'Moodle says that this grade cannot be changed: Locked Person.',
    ],
    [
      'a grade that is there',
      'Chen Wei',
      'Chen Wei has the grade 50.00 already, and would get 10: give --overwrite to replace grades.',
    ],
  ])('%s', (_, name, why) => {
    const { left } = fill(moodle, [graded(name, [1, 0])], scaled);

    expect(left).toEqual(why === null ? [] : [{ submission: name, why }]);
  });

  test('a grade that is there is replaced when that was asked for', () => {
    const filled = fill(moodle, [graded('chen', [1, 0])], { ...scaled, overwrite: true });

    expect(changed(moodle, filled.text)).toEqual([
      expect.stringContaining('Graded",10.00,100.00,'),
    ]);
  });

  test('what was not built has no points, what errored has no grade', () => {
    const filled = fill(
      moodle,
      [unjudged('ada', 'not-built', 'No.'), unjudged('Zoë "Z" Müller', 'errored', 'Disk full.')],
      scaled,
    );

    expect(changed(moodle, filled.text)).toEqual([expect.stringContaining('- ",0.00,100.00,')]);
    expect(filled.left).toEqual([
      {
        submission: 'Zoë "Z" Müller',
        why: 'it errored, nobody has graded it: see class.html.',
      },
    ]);
  });

  test('two submissions of one participant are both left, whichever is better', () => {
    const filled = fill(moodle, [graded('ada', [1, 0]), graded('Ada Lovelace', [6, 4])], scaled);

    expect(filled.text).toBe(moodle);
    expect(filled.left.map(({ why }) => why)).toEqual([
      'Ada Lovelace would get the same grade, that of Ada Lovelace.',
      'ada would get the same grade, that of Ada Lovelace.',
    ]);
  });

  test('a name that two people have is nobody’s', () => {
    const twins = moodle.replace('ada@example.edu', 'chen@example.org');

    expect(fill(twins, [graded('chen', [1, 0])], scaled).left).toEqual([
      { submission: 'chen', why: 'it may be that of Ada Lovelace and Chen Wei.' },
    ]);
  });

  test('in another language it is filled in when its column is named, with a decimal comma', () => {
    const german = moodle
      .replace(
        /^.*\r\n/u,
        '\ufeffID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,"Bewertung kann geändert werden",A,B,C\r\n',
      )
      .replaceAll(',100.00,', ',"100,00",');
    const filled = fill(german, [graded('ada', [3.33, 0])], { ...scaled, column: 'Bewertung' });

    expect(changed(german, filled.text)).toEqual([expect.stringContaining(',"33,30","100,00",')]);
    expect(refusal(german)).toContain(
      'it has no column "Grade"; it has "ID", "Vollständiger Name"',
    );
    expect(refusal(german)).toContain('--column Bewertung');
  });

  test('points out of another maximum are not written by mistake', () => {
    expect(refusal(moodle)).toBe(
      'its grades are out of 100, the points of the class out of 10: give --scale to convert them, or set the maximum in Moodle to 10 and export the file again.',
    );
  });

  test('an assignment with a scale of words takes no points', () => {
    expect(refusal(moodle.replace('"Maximum Grade"', 'Scale'))).toContain('a scale of words');
  });

  test('a line whose end is missing is refused', () => {
    expect(refusal(`${moodle}"Participant 9","Cut Off"\r\n`)).toContain(
      'the line of "Participant 9" has 2 cells',
    );
  });
});

describe('a gradebook of Canvas', () => {
  const third = { column: 'Exercise 3' };

  test('gets the points of its own downloads, and no other byte changes', () => {
    const filled = fill(
      canvas,
      [
        graded('lovelaceada_501_88001_server', [6, 4]),
        graded('mllerzo_LATE_502_88002_server-1', [3.33, 0]),
      ],
      third,
    );

    expect(filled).toMatchObject({ platform: 'Canvas', left: [], withoutSubmission: 4 });
    expect(changed(canvas, filled.text)).toEqual([
      '"Lovelace, Ada",501,S01,alovelace,CS101,5.00,10.00,100.00,50.00',
      '"Müller, Zoë",502,S02,zmueller,"CS101, evening",4.00,3.33,80.00,40.00',
    ]);
  });

  test.each(['Ada Lovelace', 'Lovelace, Ada', 'Lovelace Ada', 'alovelace', 'S01', '501'])(
    'finds its student by %s',
    (name) => {
      expect(fill(canvas, [graded(name, [1, 0])], third).entered).toEqual([name]);
    },
  );

  test.each(['Exercise 3', '7002', 'Exercise 3 (7002)'])('takes the column as %s', (column) => {
    const { text } = fill(canvas, [graded('S01', [1, 0])], { column });

    expect(changed(canvas, text)).toEqual([expect.stringContaining('CS101,5.00,1.00,100.00')]);
  });

  test('who is excused, or not assigned to it, keeps what the gradebook says', () => {
    const filled = fill(canvas, [graded('S04', [1, 0]), graded('S05', [1, 0])], {
      ...third,
      overwrite: true,
    });

    expect(filled.text).toBe(canvas);
    expect(filled.left.map(({ why }) => why)).toEqual([
      'the gradebook excuses this student (EX): Excused, Eve.',
      'the assignment is not assigned to this student (N/A): Other, Olga.',
    ]);
  });

  test('a grade that is the same already is entered', () => {
    const filled = fill(canvas, [graded('S03', [2, 0])], third);

    expect([filled.text, filled.entered, filled.left]).toEqual([canvas, ['S03'], []]);
  });

  test('with first and last names in columns of their own, and semicolons with decimal commas', () => {
    const european =
      '\ufeffLastName;FirstName;ID;SIS Login ID;Section;Exercise 3 (7002)\r\n' +
      '    Points Possible;;;;;10,00\r\nLovelace;Ada;501;alovelace;CS101;\r\n';
    const filled = fill(european, [graded('Ada Lovelace', [3.33, 0])]);

    expect(changed(european, filled.text)).toEqual(['Lovelace;Ada;501;alovelace;CS101;3,33\r']);
  });

  test.each([
    [
      {},
      'it has 2 assignments: say which one takes the points, with --column. There are: "Exercise 2 (7001)", "Exercise 3 (7002)".',
    ],
    [{ column: 'Exercise 4' }, 'it has no assignment "Exercise 4". There are: "Exercise 2 (7001)"'],
    [{ column: 'Exercise 2' }, 'its grades are out of 5, the points of the class out of 10'],
  ])('a column that cannot be told is refused (%#)', (options, message) => {
    expect(refusal(canvas, options)).toContain(message);
  });

  test('two assignments of one name are told by their numbers', () => {
    const twice = canvas.replace('Exercise 2 (7001)', 'Exercise 3 (7001)');

    expect(refusal(twice, third)).toContain('2 of its assignments are named "Exercise 3"');
    expect(fill(twice, [graded('S01', [1, 0])], { column: '7002' }).entered).toEqual(['S01']);
  });

  test('without an assignment it says what one looks like', () => {
    expect(refusal(canvas.replaceAll(/ \(700\d\)/gu, ''))).toContain(
      'it has no assignment, a column such as "Exercise 3 (12345)"',
    );
  });
});

test.each([
  ['nothing', '', 'it is empty.'],
  ['another table', 'a,b,c\n1,2,3\n', 'its first line has "a", "b", "c".'],
  ['a workbook', 'PK\u0003\u0004', 'it is a workbook of a spreadsheet or an archive, not CSV'],
  ['another encoding', 'I\0d\0', 'it is not text in UTF-8'],
  ['Latin-1 read as UTF-8', 'Student,ID,Section\nM\ufffdller,1,a\n', 'it is not text in UTF-8'],
  ['an open quotation mark', '"Student\n', 'line 1: a quotation mark is never closed'],
  ['text behind a quotation mark', '"a"b\n', 'line 1: something stands behind the closing'],
])('%s is refused with what was wrong and what was expected', (_, text, message) => {
  expect(refusal(text)).toContain(message);
  expect(refusal(text)).toMatch(/Moodle|as the platform exported it/u);
});
