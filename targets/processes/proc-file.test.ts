import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readProcFile } from './proc-file.ts';

/** Numbers change between two looks: what is left are the names and how many lines there are. */
const withoutNumbers = (text: string): string => text.replace(/\d+/gu, '#');

describe.runIf(process.platform === 'linux')('a small file of /proc', () => {
  it.each(['stat', 'status', 'schedstat'])('is read whole: %s', (name) => {
    const path = `/proc/self/${name}`;

    expect(withoutNumbers(readProcFile(path))).toBe(withoutNumbers(readFileSync(path, 'latin1')));
  });

  it('keeps nothing of the one that was read before', () => {
    const long = readProcFile('/proc/self/status');
    const short = readProcFile('/proc/self/oom_score_adj');

    expect(short).toBe(readFileSync('/proc/self/oom_score_adj', 'latin1'));
    expect(long).toContain(`Pid:\t${process.pid}\n`);
  });

  it('is an error of the system when it is not there', () => {
    expect(() => readProcFile('/proc/self/no-such-file')).toThrow(/ENOENT/u);
  });
});
