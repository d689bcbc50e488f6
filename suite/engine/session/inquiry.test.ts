import { expect, test } from 'vitest';
import { Inquiry } from './inquiry.ts';

test('is under way from its beginning to the end of what began it, however that ends', async () => {
  const inquiry = new Inquiry();
  const seen: boolean[] = [];
  const note = (): void => void seen.push(inquiry.isUnderWay);

  const failing = inquiry.during(async (begin) => {
    note();
    begin();
    begin();
    note();
    await Promise.resolve();
    throw new Error('no verdict');
  });
  await expect(failing).rejects.toThrow('no verdict');
  note();

  expect(seen).toEqual([false, true, false]);
});

test('goes on while one of two has not ended', async () => {
  const inquiry = new Inquiry();
  const ends: (() => void)[] = [];
  const begun = (begin: () => void): Promise<void> => {
    begin();
    return new Promise((resolve) => void ends.push(resolve));
  };
  const [one, other] = [inquiry.during(begun), inquiry.during(begun)];

  ends[0]?.();
  await one;
  expect(inquiry.isUnderWay).toBe(true);
  ends[1]?.();
  await other;
  expect(inquiry.isUnderWay).toBe(false);
});
