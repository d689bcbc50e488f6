import { expect, it } from 'vitest';
import { InvalidCommand, splitCommand } from './command-line.ts';

it.each([
  ['./server {port}', ['./server', '{port}']],
  ['  a \t b\nc  ', ['a', 'b', 'c']],
  [`sh -c 'exec ./a "b c" $PORT'`, ['sh', '-c', 'exec ./a "b c" $PORT']],
  ['java -cp "my classes" Main', ['java', '-cp', 'my classes', 'Main']],
  [
    String.raw`./my\ server "say \"hi\" \n" 'back\slash'`,
    ['./my server', String.raw`say "hi" \n`, String.raw`back\slash`],
  ],
  [`a '' ""`, ['a', '', '']],
  [`--name='x y'z`, ['--name=x yz']],
  ['a | b > c', ['a', '|', 'b', '>', 'c']],
])('splits %s', (command, words) => {
  expect(splitCommand(command)).toEqual(words);
});

it.each([
  ['', 'The command is empty'],
  ['   ', 'The command is empty'],
  [`''`, 'The command is empty'],
  [`echo 'x`, "The quote ' in the command is never closed"],
  [`echo "x'`, 'The quote " in the command is never closed'],
])('refuses "%s"', (command, message) => {
  expect(() => splitCommand(command)).toThrow(InvalidCommand);
  expect(() => splitCommand(command)).toThrow(message);
});
