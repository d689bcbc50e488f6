import { expect, test } from 'vitest';
import { failed, runOf } from '../../../fixtures/golden/run-parts.ts';
import { summarise } from '../../events/report.ts';
import { likelyLanguage } from './likely-language.ts';

const report = (label: string, outputTail?: string) => {
  const finding = { kind: 'died', exitCode: 1, signal: null } as const;
  const verdict = failed('accept/accepts', finding, outputTail === undefined ? {} : { outputTail });
  const events = runOf([{ id: 'accept/accepts', verdict }]);
  const whole = summarise(events);
  return { ...whole, target: { ...whole.target, label } };
};

test.each([
  ['python3 server.py {port}', 'python'],
  ['java -jar server.jar {port}', 'java'],
  ['node server.mjs {port}', 'javascript'],
  ['./a.out {port}', 'c'],
] as const)('%s is written in %s', (label, language) => {
  expect(likelyLanguage(report(label))).toBe(language);
});

test('what the server printed gives its language away where the command does not', () => {
  const traceback = 'Traceback (most recent call last):\n  File "s", line 3, in <module>\n';

  expect(likelyLanguage(report('localhost:9990', traceback))).toBe('python');
  expect(likelyLanguage(report('localhost:9990'))).toBeUndefined();
});
