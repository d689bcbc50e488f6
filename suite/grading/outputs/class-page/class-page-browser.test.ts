// The page of a class in a real browser: what it does, and whether everybody can use it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  isChromiumHere,
  launchChromium,
  visitFile,
  type Faint,
} from '../../../../fixtures/golden/chromium.ts';
import {
  classOf,
  exampleClass,
  gradedSubmission,
  hostileClass,
} from '../../../../fixtures/golden/class-results.ts';
import { hostileTexts } from '../../../../fixtures/golden/hostile-run.ts';
import { brokenNumbers, faint, unnamed } from '../../../../fixtures/golden/page-checks.ts';
import { visible } from '../../../text/escape.ts';
import type { ClassResult } from '../../results/class-result.ts';
import { classPage } from './class-page.ts';
import { knownWords, type ClassWords } from '../class-words.ts';
import { reportAddress } from '../report-address.ts';

let browser: Browser | undefined;
let folder = '';
let words: ClassWords;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conform-class-'));
  words = await knownWords();
  if (isChromiumHere) browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** Opens the page of a class, hands it to `look`, and closes it; it may do nothing wrong. */
async function visit(
  result: ClassResult,
  look: (page: Page) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  if (browser === undefined) throw new Error('no browser');
  const file = join(folder, 'class.html');
  writeFileSync(file, classPage(result, words));
  expect(await visitFile(browser, file, look, options)).toEqual([]);
}

const names = (page: Page): Promise<string[]> =>
  page.locator('table.class tbody tr:visible th').allTextContents();

/** More wrong in one way than are shown at once, and so two kinds of folds. */
const crowd = classOf([
  ...exampleClass.submissions,
  ...Array.from({ length: 20 }, (_, index) =>
    gradedSubmission(`z${index}`, [0, 4], { failed: ['payload/answers'] }),
  ),
]);

/** Those that a browser could take for something; all of them are tried without one. */
const harmful = hostileTexts.filter(([, text]) => /window\.hurt|[<\u202e]|\.example/u.test(text));

describe.skipIf(!isChromiumHere)('in Chromium', () => {
  test('a class can be used and read by everybody', async () => {
    await visit(crowd, async (page) => {
      expect(await page.evaluate(unnamed)).toEqual([]);
      await page.evaluate(
        'for (const fold of document.querySelectorAll("details")) fold.open = true',
      );
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const { count, problems } = await page.evaluate<Faint>(faint);
        expect(problems, colorScheme).toEqual([]);
        expect(count).toBeGreaterThan(100);
      }
      for (const width of [1280, 700, 360]) {
        await page.setViewportSize({ width, height: 700 });
        expect(await page.evaluate(brokenNumbers), `${width}`).toEqual([]);
      }
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    });
  });

  test('what to teach comes first, points rise, and a name opens the submission’s own page', async () => {
    const report = join(folder, reportAddress('ben'));
    mkdirSync(dirname(report), { recursive: true });
    writeFileSync(report, '<!doctype html><title>The report of ben</title>');
    writeFileSync(join(folder, 'class.html'), classPage(exampleClass, words));
    // Not by visit(): here the page may lead to another.
    if (browser === undefined) throw new Error('no browser');
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(folder, 'class.html')).href);

    expect((await page.locator('main h2').allTextContents())[0]).toBe('What to teach');
    const shares = await page.locator('.spread tbody th').allTextContents();
    expect([shares[0], shares.at(-1)]).toEqual(['0 to below 10 %', '90 to 100 %']);

    const row = page.locator('.spread tr', { has: page.locator('a', { hasText: /^ben$/u }) });
    await row.locator('summary').click();
    await row.getByRole('link', { name: 'ben', exact: true }).click();
    expect(await page.title()).toBe('The report of ben');

    await page.goBack();
    await page.locator('table.class').getByRole('link', { name: 'ben', exact: true }).click();
    expect(await page.title()).toBe('The report of ben');
    await page.close();
  });

  test('the table is narrowed down and sorted by keyboard alone', async () => {
    await visit(exampleClass, async (page) => {
      await page.getByRole('searchbox', { name: 'Name, mistake or message' }).focus();
      await page.keyboard.type('NUL byte');
      expect(await names(page)).toEqual(['ben', 'chloé', 'emil', 'fatima']);
      expect(await page.getByRole('status').textContent()).toBe('4 of 12 shown');

      await page.getByRole('button', { name: 'Points' }).press('Enter');
      expect(await names(page)).toEqual(['fatima', 'chloé', 'ben', 'emil']);
      expect(await page.getByRole('status').textContent()).toBe(
        '4 of 12 shown, by points, ascending',
      );

      await page.getByRole('searchbox').fill('');
      expect((await names(page)).at(-1)).toBe('jun');
      await page.getByRole('button', { name: 'Points' }).press('Enter');
      const sorted = await names(page);
      expect(sorted.slice(0, 2)).toEqual(['ada', 'Zoë']);
      // What has no points yet is behind all others, whichever way.
      expect(sorted.at(-1)).toBe('jun');
      expect(await page.locator('th[aria-sort]').allTextContents()).toEqual(['Points']);

      await page.getByRole('checkbox', { name: 'graded' }).press('Space');
      expect(await names(page)).toEqual(['dora', 'ivo', 'jun']);
      await page.getByRole('searchbox').fill('nobody');
      expect(await page.getByText('No submission matches.').isVisible()).toBe(true);
    });
  });

  test('without JavaScript all is there, and nothing that does not work', async () => {
    await visit(
      exampleClass,
      async (page) => {
        expect(await names(page)).toHaveLength(12);
        expect(await page.locator('form:visible, button:visible').count()).toBe(0);
      },
      { javaScriptEnabled: false },
    );
  });

  test('in print all is open, on white, and nothing that one can only press is there', async () => {
    await visit(crowd, async (page) => {
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });

      expect(await page.locator('.clusters .who a:visible').count()).toBe(20);
      expect(await page.locator('.singles li:visible').count()).toBe(2);
      expect(await page.locator('form:visible, nav:visible').count()).toBe(0);
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
        'rgb(255, 255, 255)',
      );
      expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
    });
  });

  test('hostile text becomes text and nothing else, and leads to no other place', async () => {
    await visit(exampleClass, async (page) => {
      for (const [name, text] of harmful) {
        const result = hostileClass(text);
        writeFileSync(join(folder, 'class.html'), classPage(result, words));
        await page.reload();

        expect(await page.evaluate('window.hurt'), name).toBeUndefined();
        expect(await page.locator('script').count(), name).toBe(1);
        expect(
          await page.locator('img, iframe, object, base, b, textarea, [onfocus], [onload]').count(),
          name,
        ).toBe(0);
        const shown = await names(page);
        expect(shown[4], name).toBe(`${text} 5`.split('\n').map(visible).join('\n'));
        const links = await page
          .locator('table.class a')
          .evaluateAll((all) => all.map((link) => String(Reflect.get(link, 'href'))));
        const root = pathToFileURL(`${folder}/`);
        expect(links, name).toEqual(
          result.submissions.map((one) => new URL(reportAddress(one.name), root).href),
        );
        for (const link of links) expect(link.startsWith(`${root.href}submissions/`)).toBe(true);
      }
    });
  });
});

test.runIf(!isChromiumHere)('no Chromium: the page was not looked at in a browser', () => {
  expect(isChromiumHere).toBe(false);
});
