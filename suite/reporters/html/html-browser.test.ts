// The page in a real browser: what it does, what it asks for, and whether everybody can use it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  isChromiumHere,
  launchChromium,
  visitFile,
  type Faint,
} from '../../../fixtures/golden/chromium.ts';
import { hostileRun, hostileTexts } from '../../../fixtures/golden/hostile-run.ts';
import { faint, unnamed } from '../../../fixtures/golden/page-checks.ts';
import { printed } from '../../../fixtures/golden/printed.ts';
import {
  everyShape,
  allPassed,
  diagnosed,
  exampleRuns,
  unreachable,
} from '../../../fixtures/golden/runs.ts';
import type { RunEvent } from '../../events/events.ts';
import { visible } from '../../text/escape.ts';
import { openReporter } from './html.ts';

let browser: Browser | undefined;
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conform-html-'));
  if (isChromiumHere) browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** Opens the page of a run, hands it to `look`, and closes it; it may do nothing wrong. */
async function visit(
  events: readonly RunEvent[],
  look: (visit: { readonly page: Page }) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  if (browser === undefined) throw new Error('no browser');
  const file = join(folder, 'report.html');
  writeFileSync(file, printed(openReporter, events));
  expect(await visitFile(browser, file, (page) => look({ page }), options)).toEqual([]);
}

/** What no page of ours holds, and a forged part would. */
const forbidden =
  'a:not([href^="#"]), img, iframe, object, embed, base, b, i, textarea, h1 ~ h1, [onfocus], [onload], [onerror]';

const shown = (page: Page): Promise<string[]> =>
  page.locator('.behaviour:visible h4').allTextContents();

describe.skipIf(!isChromiumHere)('in Chromium', () => {
  test.each(exampleRuns)('$name can be used and read by everybody', async ({ events }) => {
    await visit(events, async ({ page }) => {
      expect(await page.evaluate(unnamed)).toEqual([]);
      await page.evaluate(
        'for (const fold of document.querySelectorAll("details")) fold.open = true',
      );
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const { count, problems } = await page.evaluate<Faint>(faint);
        expect(problems, colorScheme).toEqual([]);
        expect(count).toBeGreaterThan(10);
      }
      // As wide as the window, however narrow that is.
      await page.setViewportSize({ width: 360, height: 700 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    });
  });

  test('a faint text and a nameless button would be found', async () => {
    await visit(allPassed.events, async ({ page }) => {
      await page.evaluate(
        `document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button><p id="faint">x</p>');
         document.getElementById('faint').style.color = '#c8c8c8';`,
      );

      expect(await page.evaluate(unnamed)).toEqual(['no name: <button></button>']);
      const { problems } = await page.evaluate<Faint>(faint);
      expect(problems).toEqual([[' x', expect.stringMatching(/^1\.\d\d$/u)]]);
    });
  });

  test('the list is narrowed down by keyboard alone', async () => {
    await visit(everyShape.events, async ({ page }) => {
      const all = await shown(page);
      await page.getByRole('searchbox', { name: 'Words' }).focus();
      await page.keyboard.type('NUL-bytes');

      expect(await shown(page)).toEqual(['payload/nul-bytes']);
      expect(await page.getByRole('status').first().textContent()).toBe('1 of 16 shown');

      await page.keyboard.press('Control+A');
      await page.keyboard.press('Delete');
      await page.keyboard.press('Tab');
      await page.keyboard.type('half-close');
      expect(await shown(page)).toEqual(all.filter((id) => id.startsWith('half-close/')));

      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      expect(await shown(page)).toEqual(['half-close/closes-too', 'half-close/fin-without-data']);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      expect(await shown(page)).toEqual([]);
      expect(await page.getByText('No behaviour matches.').isVisible()).toBe(true);
    });
  });

  test('a behaviour is opened and closed by keyboard, all at once too', async () => {
    await visit(everyShape.events, async ({ page }) => {
      const fold = page.locator('.behaviour', { hasText: 'payload/nul-bytes' }).first();
      await fold.locator('> summary').focus();
      await page.keyboard.press('Enter');
      expect(await fold.getByText('What happened').isVisible()).toBe(true);

      await page.getByRole('button', { name: 'Close all' }).press('Enter');
      expect(await page.locator('.behaviour[open]').count()).toBe(0);
      await page.getByRole('button', { name: 'Open all' }).press('Enter');
      expect(await page.locator('.behaviour[open]').count()).toBe(16);
    });
  });

  test('a cause leads to its failures, though they are closed and filtered away', async () => {
    await visit(diagnosed.events, async ({ page }) => {
      await page.getByRole('searchbox', { name: 'Words' }).fill('accepts');
      await page.getByRole('link', { name: 'payload/nul-bytes' }).press('Enter');

      const failure = page.locator('.behaviour', { hasText: 'payload/nul-bytes' }).first();
      await failure.getByText('What happened').waitFor();
      const focused = await page.evaluate(
        '[document.activeElement.localName, document.activeElement.textContent].join()',
      );
      expect(focused).toMatch(/^summary,.*payload\/nul-bytes/u);
      await failure.getByRole('link', { name: /ends at the first NUL/u }).press('Enter');
      expect(page.url()).toContain('#cause-1');
    });
  });

  test('a mend is shown in one language at a time', async () => {
    await visit(diagnosed.events, async ({ page }) => {
      const cause = page.locator('#cause-1');
      expect(await cause.locator('pre:visible').count()).toBe(1);
      await cause.getByText('Python').press('Enter');

      expect(await cause.locator('pre:visible').allTextContents()).toEqual([
        'data = client.recv(4096)\nclient.sendall(data)  # the bytes as they came, all of them',
      ]);
    });
  });

  test('a command is copied as it stands', async () => {
    await visit(
      diagnosed.events,
      async ({ page }) => {
        await page.getByRole('button', { name: 'Open all' }).click();
        await page
          .getByRole('button', { name: 'Copy the command: this behaviour alone' })
          .first()
          .press('Enter');
        await page.getByRole('button', { name: 'Copied' }).waitFor();

        expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
          'conform --target localhost:9990 --only payload/nul-bytes --seed 42',
        );
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    );
  });

  test('without JavaScript all is there, and nothing that does not work', async () => {
    await visit(
      diagnosed.events,
      async ({ page }) => {
        const finished = diagnosed.events.filter(({ type }) => type === 'behaviour-finished');
        expect(await page.locator('.behaviour:visible').count()).toBe(finished.length);
        expect(await page.locator('form:visible, button:visible').count()).toBe(0);
        await page
          .locator('.behaviour', { hasText: 'payload/nul-bytes' })
          .first()
          .locator('> summary')
          .click();
        expect(await page.getByText('The smallest conversation').first().isVisible()).toBe(true);
      },
      { javaScriptEnabled: false },
    );
  });

  test('in print every failure is open, and nothing that one can only press is there', async () => {
    await visit(diagnosed.events, async ({ page }) => {
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });

      expect(await page.getByText('What happened', { exact: true }).count()).toBe(4);
      for (const title of await page.getByText('What happened', { exact: true }).all()) {
        expect(await title.isVisible()).toBe(true);
      }
      expect(await page.locator('.mend pre:visible').count()).toBe(8);
      expect(await page.locator('button:visible, form:visible').count()).toBe(0);
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
        'rgb(255, 255, 255)',
      );
      expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
    });
  });

  test('a run that could not be tested says why', async () => {
    await visit(unreachable.events, async ({ page }) => {
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
        '127.0.0.1:9990 could not be tested',
      );
      expect(await page.getByText('Nothing listens on 127.0.0.1:9990').isVisible()).toBe(true);
    });
  });

  test('hostile text becomes text and nothing else', async () => {
    await visit(allPassed.events, async ({ page }) => {
      for (const [name, text] of hostileTexts) {
        writeFileSync(join(folder, 'report.html'), printed(openReporter, hostileRun(text)));
        await page.reload();

        expect(await page.evaluate('window.hurt'), name).toBeUndefined();
        expect(await page.locator('script').count(), name).toBe(1);
        expect(await page.locator(forbidden).count(), name).toBe(0);
        const told = await page.locator('.summary').first().textContent();
        expect(told).toBe(text.split('\n').map(visible).join('\n'));
      }
    });
  });
});

test.runIf(!isChromiumHere)('no Chromium: the page was not looked at in a browser', () => {
  expect(isChromiumHere).toBe(false);
});
