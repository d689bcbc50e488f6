import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { InvalidCommand, splitCommand } from './command-line.ts';
import { refuseNoPort } from './port-words.ts';
import { refuseShellSyntax } from './shell-syntax.ts';

function message(refuse: () => void): string {
  try {
    refuse();
  } catch (error) {
    if (error instanceof InvalidCommand) return error.message;
    throw error;
  }
  return '';
}

const lineIn = (text: string): string => text.split('--launch ')[1] ?? '';

describe('what only a shell understands is refused with the line that works', () => {
  it.each([
    ['PORT={port} python3 s.py', "'env PORT={port} python3 s.py'"],
    ['cd x && ./s {port}', `"sh -c 'cd x && exec ./s {port}'"`],
    ['cd x; ./s {port}', `"sh -c 'cd x; ./s {port}'"`],
    ['./s {port} > log', `"sh -c './s {port} > log'"`],
    ['./s {port} 2>&1', `"sh -c './s {port} 2>&1'"`],
    ['./s {port} >log', `"sh -c './s {port} >log'"`],
    ['./s {port} | tee log', `"sh -c './s {port} | tee log'"`],
    ['./s {port} &', "'./s {port}'"],
    ['python3 s.py $PORT', "'python3 s.py {port}'"],
    ['python3 s.py "${PORT}"', "'python3 s.py {port}'"],
    ['~/x {port}', `'${homedir()}/x {port}'`],
    ['python3 ~/s.py {port}', `'python3 ${homedir()}/s.py {port}'`],
    ['$HOME/x {port}', `"sh -c 'exec \\$HOME/x {port}'"`],
    ['./s "$NAME" {port}', `"sh -c 'exec ./s \\"\\$NAME\\" {port}'"`],
    ['./s $(free) {port}', `"sh -c 'exec ./s \\$(free) {port}'"`],
    ['source venv {port}', `"sh -c 'source venv {port}'"`],
  ])('%s', (command, line) => {
    const told = message(() => {
      refuseShellSyntax(command);
    });

    expect(lineIn(told)).toBe(line);
    expect(told).toContain('without a shell');
    // What a shell makes of the line is a command that is taken.
    const given = execFileSync('sh', ['-c', `printf %s ${line}`], { encoding: 'utf8' });
    expect(
      message(() => {
        refuseShellSyntax(given);
      }),
    ).toBe('');
  });

  it.each([
    './server {port}',
    `sh -c 'cd x && exec ./s {port} > log'`,
    `env PORT={port} python3 s.py`,
    `./s --name=a=b {port}`,
    `./s '$HOME' '~' '&&' '>' {port}`,
    String.raw`./s \$HOME \~ \& {port}`,
    'java -cp a:b Main {port}',
  ])('%s is taken', (command) => {
    expect(
      message(() => {
        refuseShellSyntax(command);
      }),
    ).toBe('');
    expect(splitCommand(command).length).toBeGreaterThan(1);
  });
});

describe('which port it takes', () => {
  it.each([
    [
      './s {PORT}',
      undefined,
      "{PORT} is not replaced by the port: it is written {port}, as in './s {port}'.",
    ],
    ['./s { port }', 9990, '{ port } is not replaced by the port'],
    ['./s <port>', undefined, '<port> is not replaced by the port'],
    ['./s', undefined, 'The command does not say which port to use: write {port} in it'],
    [
      'python3 s.py 9990',
      undefined,
      "If 9990 is its port, write 'python3 s.py {port}', or add --port 9990 to keep it.",
    ],
    ['./s --port=8080', undefined, "If 8080 is its port, write './s --port={port}'"],
  ])('%s with --port %s', (command, port, told) => {
    expect(
      message(() => {
        refuseNoPort(command, port);
      }),
    ).toContain(told);
  });

  it.each([
    ['./s {port}', undefined],
    ['./s', 9990],
    ['python3 s.py 9990', 9990],
  ])('%s with --port %s is taken', (command, port) => {
    expect(
      message(() => {
        refuseNoPort(command, port);
      }),
    ).toBe('');
  });

  it('a number that can be no port is not taken for one', () => {
    expect(
      message(() => {
        refuseNoPort('./s 99999', undefined);
      }),
    ).not.toContain('If 99999');
  });
});
