import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Inbox } from './inbox.ts';

function inboxOf(...texts: readonly string[]): Inbox {
  const inbox = new Inbox();
  for (const text of texts) inbox.put(Buffer.from(text));
  return inbox;
}

describe('an inbox', () => {
  it('is empty at first', () => {
    const inbox = new Inbox();

    expect(inbox.byteCount).toBe(0);
    expect(inbox.take(5)).toEqual(Buffer.alloc(0));
  });

  it('gives across the edges of what came', () => {
    const inbox = inboxOf('abc', 'de', 'f');

    expect(inbox.take(4).toString()).toBe('abcd');
    expect(inbox.byteCount).toBe(2);
    expect(inbox.take(2).toString()).toBe('ef');
    expect(inbox.byteCount).toBe(0);
  });

  it('gives all there is when more is asked for', () => {
    expect(inboxOf('abc', 'de').take(100).toString()).toBe('abcde');
  });

  it('keeps all when nothing is asked for', () => {
    const inbox = inboxOf('abc');

    expect(inbox.take(0)).toEqual(Buffer.alloc(0));
    expect(inbox.take(3).toString()).toBe('abc');
  });

  it('gives in the order of arrival, however it is filled and emptied', () => {
    const operation = fc.oneof(
      fc.uint8Array({ maxLength: 6 }).map((bytes) => ({ put: Buffer.from(bytes) })),
      fc.nat({ max: 9 }).map((byteCount) => ({ take: byteCount })),
    );
    fc.assert(
      fc.property(fc.array(operation), (operations) => {
        const inbox = new Inbox();
        let model = Buffer.alloc(0);
        for (const one of operations) {
          if ('put' in one) {
            inbox.put(one.put);
            model = Buffer.concat([model, one.put]);
          } else {
            expect(inbox.take(one.take)).toEqual(model.subarray(0, one.take));
            model = model.subarray(one.take);
          }
          expect(inbox.byteCount).toBe(model.length);
        }
      }),
    );
  });
});
