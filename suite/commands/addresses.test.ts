// Addresses and commands as people type them, and what they are told.
import { expect, test } from 'vitest';
import { nowhere } from '../../fixtures/support/nowhere.ts';
import { runProgram } from './program.ts';

async function complaint(...words: string[]): Promise<string> {
  let errors = '';
  const status = await runProgram(
    { ...nowhere, writeError: (text) => void (errors += text) },
    words,
  );
  expect(status).toBe(2);
  return errors;
}

test.each([
  [['localhost', '9990'], 'Host and port are joined by a colon: conform localhost:9990.'],
  [['localhost:', '9990'], 'Host and port are joined by a colon: conform localhost:9990.'],
  [['-t', 'localhost', '9990'], 'Host and port are joined by a colon: --target localhost:9990.'],
  [['-t', 'localhost 9990'], 'for example localhost:9990'],
  [['-t', 'ｌocalhost：９９９０'], 'full-width characters'],
  [['９９９０'], 'for example 9990'],
  [['localhost：9990'], 'for example localhost:9990'],
  [['localhost:1', 'localhost:2'], 'One address is expected, and 2 words were given'],
  [['-l', './server', '{port}'], "put it into quotes, as in --launch './server {port}'"],
  [['-l', 'PORT={port} ./server'], "--launch 'env PORT={port} ./server'"],
  [['-l', './server {PORT}'], '{PORT} is not replaced by the port'],
  [['-l', './server 9990'], 'add --port 9990 to keep it'],
])('%j', async (words, told) => {
  expect(await complaint(...words)).toContain(told);
});
