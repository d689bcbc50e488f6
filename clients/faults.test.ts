import { describe, expect, it } from 'vitest';
import { ConnectFailed, isOwnFault, OwnFault } from './faults.ts';

describe('faults', () => {
  it.each(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'EACCES', 'EPERM'])(
    '%s is ours and says nothing of the server',
    (code) => {
      expect(isOwnFault(code)).toBe(true);
      expect(new OwnFault(code).message).toMatch(new RegExp(`^${code}: this `));
    },
  );

  it.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH'])('%s is not ours', (code) =>
    expect(isOwnFault(code)).toBe(false),
  );

  it('say where a connect went and what the system answered', () => {
    const fault = new ConnectFailed('::1', 9990, 'ETIMEDOUT');

    expect(fault).toMatchObject({ name: 'ConnectFailed', code: 'ETIMEDOUT' });
    expect(fault.message).toBe('connect to ::1 port 9990: ETIMEDOUT');
  });
});
