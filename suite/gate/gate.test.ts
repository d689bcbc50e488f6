// The gate on embedded servers: what stops a candidate, with which words, and what does not.
import { describe, expect, test } from 'vitest';
import { embeddedTarget } from '../../fixtures/servers/embedded-target.ts';
import { findServer } from '../../fixtures/servers/servers.ts';
import { addressTarget } from '../../targets/running/address.ts';
import { behaviours } from '../behaviours/behaviours.ts';
import { summarise } from '../events/report.ts';
import { gate, type GateOutcome } from './gate.ts';
import type { GateOptions } from './gate-options.ts';
import { gateText } from './gate-text.ts';
import type { Side } from './side.ts';

const limitMs = 120_000;

const side = (role: Side['role'], name: string): Side => ({
  // Like programs of their own: each listens on a port of its own.
  isApart: true,
  role,
  open: () => {
    const server = findServer(name);
    if (server === undefined) throw new Error(`There is no embedded server ${name}.`);
    return Promise.resolve(embeddedTarget(server));
  },
});

/** A few behaviours are enough: the whole suite is held to these servers elsewhere. */
async function gated(
  reference: string | Side,
  candidate: string | Side,
  only: readonly string[],
  more: Partial<GateOptions> = {},
): Promise<GateOutcome> {
  return await gate({
    reference: typeof reference === 'string' ? side('reference', reference) : reference,
    candidate: typeof candidate === 'string' ? side('candidate', candidate) : candidate,
    run: { behaviours: behaviours.filter(({ id }) => only.includes(id)) },
    seed: 7,
    isExact: false,
    again: (ids) => `conform --only ${ids.join()}`,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...more,
  });
}

const told = ({ result, events }: GateOutcome): string =>
  gateText(result, events, { useColour: false, columns: 100 });

const one = 'payload/one-message';
const nul = 'payload/nul-bytes';
const notReset = 'half-close/ends-with-fin-not-reset';

// Several at a time: most of it is waiting for what does not come.
describe.concurrent('the gate', { timeout: limitMs }, () => {
  test('stops a candidate with one sentence, and says where it parts from the reference', async () => {
    const outcome = await gated('echo', 'cuts-at-nul', [one, nul]);

    const { result, events } = outcome;
    expect([result.verdict, result.exitCode]).toEqual(['regresses', 1]);
    expect(result.sentence).toMatch(
      /^The candidate breaks payload\/nul-bytes, which the reference keeps: The server did not send/u,
    );
    expect(told(outcome)).toContain(
      'Where they differ: client A sends 1 byte 00; the reference replies 1 byte 00, the candidate',
    );
    expect(told(outcome)).toContain('conform replay c1.');
    expect(result.schedule).toMatchObject({ kind: 'played', conversations: 15 });
    expect(summarise(events)).toMatchObject({ exitCode: 1 });
  });

  test('finds where they differ when no token holds the conversation', async () => {
    const { result } = await gated('echo', 'resets-after-the-fin', [one, notReset]);

    expect(result.regressions).toMatchObject([
      { id: notReset, divergence: { reference: { end: 'fin' }, candidate: { end: 'reset' } } },
    ]);
  });

  test('does not test a candidate apart from a fault that nothing chosen would tell', async () => {
    const { result } = await gated('uppercase', 'echo', [one]);

    expect([result.verdict, result.exitCode]).toEqual(['regresses', 1]);
  });

  test.each([
    ['echo', 'one-byte-a-write'],
    ['echo', 'coalesces-replies'],
    ['uppercase', 'thinks-before-its-first-reply'],
    ['echo-until-end', 'echo-until-end'],
  ])('lets pass what differs in timing and cuts alone: %s, %s', async (reference, candidate) => {
    const only = [one, 'payload/any-bytes', 'half-close/closes-too', 'end-word/closes'];
    const { result, events } = await gated(reference, candidate, only, { isExact: true });

    expect([result.sentence, result.exitCode]).toEqual([expect.stringContaining('keeps every'), 0]);
    expect(summarise(events).exitCode).toBe(0);
  });

  test('holds nothing against a candidate that the reference does too', async () => {
    const outcome = await gated('cuts-at-nul', 'cuts-at-nul', [one, nul]);

    expect(outcome.result).toMatchObject({ exitCode: 0, regressions: [] });
    expect(told(outcome)).toContain(`Broken by both (1): ${nul}.`);
    expect(summarise(outcome.events)).toMatchObject({ exitCode: 0 });
  });

  test('tells what is mended, and passes it', async () => {
    const outcome = await gated('cuts-at-nul', 'echo', [one, nul]);

    expect(outcome.result.exitCode).toBe(0);
    expect(told(outcome)).toContain(`Fixed, as only the reference breaks it (1): ${nul}.`);
  });

  test('stops a difference without a broken promise only when it is to be exact', async () => {
    const plain = await gated('echo', 'cuts-at-nul', [one]);
    const exact = await gated('echo', 'cuts-at-nul', [one], { isExact: true });

    expect([plain.result.verdict, exact.result.verdict]).toEqual(['passes', 'differs']);
    expect(told(plain)).toContain('in 1 they differ');
    expect(exact.result.sentence).toContain(
      'client A sends 3 bytes 61 00 62; the reference replies',
    );
  });

  test('keeps to the baseline of the candidate', async () => {
    const entry = { behaviour: nul, cause: null, reason: 'issue 3', flaky: false };
    const baseline = { baseline: { name: 'known.yaml', entries: [entry] } };

    const known = await gated('echo', 'cuts-at-nul', [one, nul], { baseline });
    const stale = await gated('echo', 'echo', [one, nul], { baseline });

    expect(known.result).toMatchObject({ verdict: 'passes', regressions: [{ isKnown: true }] });
    expect(stale.result).toMatchObject({ verdict: 'stale-baseline', exitCode: 1 });
  });

  test.each([
    ['reference', 'nobody', 'echo'],
    ['candidate', 'echo', 'nobody'],
  ])('cannot judge when the %s is not there', async (role, reference, candidate) => {
    const nobody = addressTarget({ host: '127.0.0.1', port: 1 });
    const open = (name: string, of: Side['role']): Side =>
      name === 'nobody' ? { role: of, open: () => Promise.resolve(nobody) } : side(of, name);

    const { result } = await gated(open(reference, 'reference'), open(candidate, 'candidate'), [
      one,
    ]);

    expect(result.exitCode).toBe(3);
    expect(result.sentence).toMatch(new RegExp(`The ${role} could not be tested.*refused`, 'u'));
  });

  /** Another server at its first test than later: as one whose neighbour disturbs it. */
  const disturbed = (role: Side['role'], first: string, later: string): Side => {
    let opened = 0;
    return {
      ...side(role, later),
      open: async () => {
        opened += 1;
        return await side(role, opened === 1 ? first : later).open();
      },
    };
  };

  test('believes of a reference only what it does alone, so that no difference is lost', async () => {
    const reference = disturbed('reference', 'resets-after-the-fin', 'echo');

    const { result } = await gated(reference, 'resets-after-the-fin', [one, notReset]);

    expect([result.verdict, result.regressions.map(({ id }) => id)]).toEqual([
      'regresses',
      [notReset],
    ]);
  });

  test('says of neither what a neighbour can have caused', async () => {
    const told: string[] = [];
    const { result } = await gated(
      disturbed('reference', 'resets-after-the-fin', 'echo'),
      disturbed('candidate', 'resets-after-the-fin', 'echo'),
      [one, notReset],
      { onProgress: (message) => void told.push(message) },
    );

    expect(result.promises.map(({ standing }) => standing)).toEqual(['kept', 'unsteady']);
    expect(told).toEqual([
      'testing both side by side',
      `testing the reference alone: ${notReset}`,
      `testing again: ${notReset}`,
      'playing the same conversations to both',
    ]);
  });

  test('tests alone what could not be reached beside the other', async () => {
    const [nowhere, opened] = [
      addressTarget({ host: '127.0.0.1', port: 1 }),
      new Map<string, number>(),
    ];
    const once = (role: Side['role']): Side => ({
      ...side(role, 'echo'),
      open: async () => {
        opened.set(role, (opened.get(role) ?? 0) + 1);
        return opened.get(role) === 1 ? nowhere : await side(role, 'echo').open();
      },
    });

    const unreached = await gated('echo', once('candidate'), [one]);
    const lost = await gated(once('reference'), 'echo', [one]);

    expect([unreached.result.verdict, lost.result.verdict]).toEqual(['passes', 'passes']);
  });

  test('tests those in turn that cannot run at the same time', async () => {
    const told: string[] = [];
    const running = { ...side('reference', 'echo'), isApart: false };

    await gated(running, 'echo', [one], { onProgress: (message) => void told.push(message) });

    expect(told.slice(0, 2)).toEqual(['testing the reference', 'testing the candidate']);
  });
});
