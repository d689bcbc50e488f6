import { execFileSync } from 'node:child_process';
import { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../command.ts';
import {
  addTargetOptions,
  openTarget,
  shellLine,
  targetWords,
  type TargetOptions,
} from './target-options.ts';

/** What a shell makes of a command line: its words. */
function readByShell(line: string): string[] {
  const program = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
  const script = `"$0" -e '${program}' -- ${line}`;
  const output = execFileSync('sh', ['-c', script, process.execPath], { encoding: 'utf8' });
  return JSON.parse(output) as string[];
}

function parse(...words: readonly string[]): TargetOptions {
  const command = addTargetOptions(new Command().exitOverride());
  command.configureOutput({ writeErr: () => undefined });
  return command.parse(words, { from: 'user' }).opts<TargetOptions>();
}

describe('--wait', () => {
  it('is part of the command that repeats a run', () => {
    const options = parse('--target', '9990', '--wait', '5');

    expect(options.wait).toBe(5);
    expect(targetWords(options)).toEqual(['--target', '9990', '--wait', '5']);
  });

  it.each(['0', '-1', 'soon', '1.5', '3601'])('is no %s', (seconds) => {
    expect(() => parse('--target', '9990', '--wait', seconds)).toThrow(/from 1 to 3600/);
  });

  it('does not go with --document', async () => {
    const opening = openTarget(parse('--document', 'c-uppercase', '--wait', '5'));

    await expect(opening).rejects.toBeInstanceOf(UsageError);
  });
});

describe('a line for the shell', () => {
  it('leaves plain words plain', () => {
    expect(shellLine(['conform', '--target', '[::1]:9990', 'a/b', '--seed', '7'])).toBe(
      'conform --target [::1]:9990 a/b --seed 7',
    );
  });

  it('is read back by a shell as it was', () => {
    const words = ["it's", '', '$HOME', '`id`', 'a b', '"', '\\', '*', '~', '!', '#x', 'a\nb', 'é'];

    expect(readByShell(shellLine(words))).toEqual(words);
  });

  it('is read back whatever it passed', () => {
    // A NUL cannot be part of an argument.
    const unit = fc.constantFrom(...Array.from(' \t\n\'"\\$`!*?~#&|;<>(){}[]=%-aZ0é中👋'));
    const word = fc.string({ unit, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
        expect(readByShell(shellLine(words))).toEqual(words);
      }),
      { numRuns: 10 },
    );
  });
});

describe('the options that name a server', () => {
  it.each([
    ['--target', 'localhost:9990'],
    ['--launch', './server {port}'],
    ['--launch', "python3 'my server.py'", '--port', '9990'],
    ['--build', './my server', '--port', '9990'],
    ['--image', 'registry.example/echo:1.2'],
  ])('are the same after a trip through their words: %s %s', (...words) => {
    const options = parse(...words);

    expect(parse(...targetWords(options))).toEqual(options);
  });

  it('open the target that they name', async () => {
    expect(await openTarget({ target: '127.0.0.1:9990' })).toMatchObject({
      kind: 'address',
      label: '127.0.0.1:9990',
    });
    expect(await openTarget({ launch: './server {port}' })).toMatchObject({
      kind: 'launch',
      label: './server {port}',
    });
    expect(await openTarget({ build: 'fixtures/containers/echo' })).toMatchObject({
      kind: 'container',
      label: 'fixtures/containers/echo',
    });
    expect(await openTarget({ image: 'echo:1', port: 9990 })).toMatchObject({
      kind: 'container',
      label: 'echo:1',
    });
  });

  it.each<[string, TargetOptions, RegExp]>([
    ['none', {}, /No server to test/],
    ['two', { target: '9990', launch: 'x {port}' }, /not both/],
    [
      'a port beside an address',
      { target: 'localhost:9990', port: 1 },
      /--port goes with --launch/,
    ],
    ['what is not an address', { target: 'localhost' }, /port is missing/],
    ['a server twice', { build: '.', image: 'echo' }, /--build or --image, not both/],
    ['a folder that is not there', { build: 'nowhere' }, /no folder nowhere/],
    ['a folder without a Dockerfile', { build: 'fixtures' }, /no Dockerfile/],
    ['a file for a folder', { build: 'package.json' }, /is not a folder/],
    ['a command without a port', { launch: './server' }, /\{port\}/],
    ['a command with an open quote', { launch: "./server ' {port}" }, /never closed/],
  ])('are refused when they name %s', async (_, options, message) => {
    await expect(openTarget(options)).rejects.toThrow(UsageError);
    await expect(openTarget(options)).rejects.toThrow(message);
  });
});
