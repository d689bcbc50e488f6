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
  ['go run . {port}', 'go'],
  ['go run server.go {port}', 'go'],
  ['cargo run --quiet -- {port}', 'rust'],
  ['./target/release/server {port}', 'rust'],
  ['target/x86_64-unknown-linux-musl/debug/server {port}', 'rust'],
  ['ruby server.rb {port}', 'ruby'],
  ['bundle exec ./server.rb {port}', 'ruby'],
  ['php8.2 server.php {port}', 'php'],
  // A folder or an argument does not outweigh the program.
  ['python3 php/server.py {port}', 'python'],
] as const)('%s is written in %s', (label, language) => {
  expect(likelyLanguage(report(label))).toBe(language);
});

test('what the server printed gives its language away where the command does not', () => {
  const traceback = 'Traceback (most recent call last):\n  File "s", line 3, in <module>\n';

  expect(likelyLanguage(report('localhost:9990', traceback))).toBe('python');
  expect(likelyLanguage(report('localhost:9990'))).toBeUndefined();
});

// As their run-time systems printed it.
test.each([
  ['panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n\t/x/s.go:4 +0x2c\n', 'go'],
  ["thread 'main' panicked at src/main.rs:2:5:\nboom\n", 'rust'],
  ["thread '<unnamed>' (1234) panicked at src/main.rs:2:5:\nboom\n", 'rust'],
  ["s.rb:1:in `readpartial': end of file reached (EOFError)\n\tfrom s.rb:1:in `<main>'\n", 'ruby'],
  ['PHP Warning:  Undefined array key 3 in /x/s.php on line 3\n', 'php'],
  [
    'PHP Fatal error:  Uncaught Exception: boom in /x/s.php:2\nStack trace:\n#0 {main}\n  thrown in /x/s.php on line 2\n',
    'php',
  ],
] as const)('%j comes of its language', (output, language) => {
  expect(likelyLanguage(report('./server {port}', output))).toBe(language);
});

test('what the executable was compiled from outweighs its name, and not what it is given to run', () => {
  const goOf = (label: string) => {
    const whole = report(label);
    return likelyLanguage({ ...whole, target: { ...whole.target, language: 'go' } });
  };

  expect(goOf('./a.out {port}')).toBe('go');
  expect(goOf('./server {port}')).toBe('go');
  expect(goOf('./run-it python3 server.py {port}')).toBe('python');
});

test('a warning that names no line is nobody’s', () => {
  expect(likelyLanguage(report('./server {port}', 'Warning: low on memory\n'))).toBeUndefined();
});
