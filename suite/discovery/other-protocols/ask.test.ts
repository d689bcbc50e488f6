// Servers of other protocols are said to be that; servers that merely resemble them are tested.
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { onLoopback } from '../../../fixtures/support/loopback.ts';
import { addressTarget } from '../../../targets/running/address.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import { echo } from '../../contracts/echo.ts';
import { summarise, type Report } from '../../events/report.ts';
import type { RunEvent } from '../../events/events.ts';
import { run, type RunOptions } from '../../engine/run.ts';

/** Made for this test, for nobody else: its server is on loopback for a moment. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7vwRAQWPyAGjNcFs
VmPp7mctb7l38oqTu4vfg15+A3GhRANCAATHhAU3YAYigmRwbtSSFjoltmzQSbAT
LY5r1LuL82tCFUG+fCAPVt90Q2oGj/EBbv+zWYBWiBZw7IzamsJC+O7R
-----END PRIVATE KEY-----
`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBfjCCASWgAwIBAgIUNWxf6bg9TO651CCfBVSWCSK5Hs8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNzA2NTgwMloYDzIxMjYxMTAz
MDY1ODAyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATHhAU3YAYigmRwbtSSFjoltmzQSbATLY5r1LuL82tCFUG+fCAPVt90
Q2oGj/EBbv+zWYBWiBZw7IzamsJC+O7Ro1MwUTAdBgNVHQ4EFgQUoXsJq/MH9duW
bEzUlI8P6A+uPS0wHwYDVR0jBBgwFoAUoXsJq/MH9duWbEzUlI8P6A+uPS0wDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBWU2vdYR+nEdN7locyZ280
tLCAdq5XzZzY2FXSbTCuEAIgXw5A0nJDEPXmhZ8yLtj0W7MIeYJc7QXGMH/JrAm1
YDM=
-----END CERTIFICATE-----
`;

const narrow = behaviours.filter(({ id }) => id === 'accept/accepts');

async function reportOn(server: Server, options: Partial<RunOptions> = {}): Promise<Report> {
  const port = await onLoopback(server);
  const target = addressTarget({ host: '127.0.0.1', port });
  const events: RunEvent[] = [];
  for await (const event of run({ target, behaviours: narrow, seed: 1, ...options })) {
    events.push(event);
  }
  return summarise(events);
}

const tls = (options: TlsOptions): Server =>
  createTlsServer({ key, cert, ...options }).on('tlsClientError', () => undefined);

const serving = (converse: (socket: Socket) => void): Server =>
  createServer({ allowHalfOpen: true, noDelay: true }, converse);

/** Greets, and answers each line by `answers`; what it does not know it answers with `otherwise`. */
function lines(greeting: string, answers: (line: string) => string): Server {
  return serving((socket) => {
    if (greeting !== '') socket.write(greeting, 'latin1');
    socket.on('data', (read) => {
      for (const line of read.toString('latin1').split(/\r?\n/u)) {
        if (line !== '') socket.write(answers(line), 'latin1');
      }
    });
    socket.on('end', () => socket.end());
  });
}

/** Closes what is not `question`, without a word; answers that. */
const closingUnless = (question: RegExp, answer: string): Server =>
  serving((socket) => {
    socket.on('end', () => socket.end());
    socket.on('data', (read) => socket.end(question.test(read.toString('latin1')) ? answer : ''));
  });

const mysqlGreeting = (() => {
  const rest = `abcdefgh\0\xff\xff\x08\x02\0\xff\xc1\x15${'\0'.repeat(10)}ijklmnopqrst\0`;
  const payload = `\n8.0.36\0\x2a\0\0\0${rest}`;
  return `${String.fromCharCode(payload.length)}\0\0\0${payload}`;
})();
const kexInit = `\0\0\x01\x0c\x0a\x14${'k'.repeat(262)}`;

describe('a server of another protocol', () => {
  it.each<[string, () => Server]>([
    ['TLS', () => tls({})],
    ['TLS', () => tls({ minVersion: 'TLSv1.3' })],
    ['TLS', () => tls({ maxVersion: 'TLSv1.2' })],
    ['TLS', () => tls({ requestCert: true })],
    ['HTTP', () => createHttpServer((_, response) => void response.end('Hello.'))],
    [
      'SSH',
      () =>
        lines('SSH-2.0-OpenSSH_9.2\r\n', (line) =>
          line.startsWith('SSH-2.0-') ? kexInit : 'Invalid SSH identification string.\r\n',
        ),
    ],
    [
      'SMTP',
      () =>
        lines('220 mail.example ESMTP\r\n', (line) =>
          line.startsWith('EHLO')
            ? '250-mail.example\r\n250 SIZE\r\n'
            : '500 5.5.1 Command unrecognized\r\n',
        ),
    ],
    [
      'FTP',
      () => lines('220 (vsFTPd 3.0.5)\r\n', () => '530 Please login with USER and PASS.\r\n'),
    ],
    ['POP3', () => lines('+OK ready.\r\n', () => '-ERR Unknown command.\r\n')],
    [
      'IMAP',
      () =>
        lines('* OK [CAPABILITY IMAP4rev1] ready.\r\n', (line) => {
          const [tag = '*', command] = line.split(' ');
          return command === 'NOOP' ? `${tag} OK NOOP completed.\r\n` : `${tag} BAD Error.\r\n`;
        }),
    ],
    [
      'Redis',
      () => lines('', (line) => (line === 'PING' ? '+PONG\r\n' : '-ERR unknown command\r\n')),
    ],
    [
      'memcached',
      () => lines('', (line) => (line === 'version' ? 'VERSION 1.6.18\r\n' : 'ERROR\r\n')),
    ],
    ['MySQL', () => lines(mysqlGreeting, () => '')],
    ['PostgreSQL', () => closingUnless(/^\0\0\0\x08\x04\xd2\x16\x2f$/u, 'S')],
    [
      'VNC (RFB)',
      () => lines('RFB 003.008\n', (line) => (line.startsWith('RFB') ? '\0\0\0\x02' : '')),
    ],
  ])('that is %s is said to be that, and nothing is tested', async (name, server) => {
    const report = await reportOn(server());

    expect(report.unreachable).toContain(`speaks ${name}: is it the right port?`);
    expect(report.exitCode).toBe(3);
    expect(report.behaviours).toEqual([]);
    expect(report.causes).toEqual([]);
  });

  it('is asked while it is waited for, where it says nothing to anything else', async () => {
    const present = new Set<Socket>();
    let besideTheAsker: readonly string[] = [];
    const server = serving((socket) => {
      let heard = '';
      present.add(socket);
      socket.on('close', () => present.delete(socket));
      socket.on('data', (read) => {
        heard += read.toString('latin1');
        if (!/^[A-Z]+ .*\r\n\r\n$/su.test(heard)) return;
        besideTheAsker = [...present].filter((one) => one !== socket).map((one) => one.readyState);
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      });
    });

    const report = await reportOn(server);

    expect(report.unreachable).toContain('speaks HTTP');
    // The first client had not even ended its side.
    expect(besideTheAsker).toContain('open');
  });

  it('is tested all the same when a contract was asked for', async () => {
    const report = await reportOn(tls({}), { contract: echo });

    expect(report.unreachable).toBeNull();
    expect(report.behaviours).toHaveLength(narrow.length);
  });

  it(
    'is not waited for without end when it floods whoever asks it',
    { timeout: 30_000 },
    async () => {
      const flood = Buffer.alloc(64 * 1024, '220 hello\r\n');
      const server = serving((socket) => {
        const pour = (): void => {
          while (socket.writable && socket.write(flood));
        };
        socket
          .resume()
          .on('drain', pour)
          .on('end', () => socket.destroy());
        pour();
      });

      const report = await reportOn(server);

      expect(report.unreachable).toBeNull();
    },
  );
});

describe('a server that merely resembles another protocol', () => {
  const greeting = (words: string): Server =>
    serving((socket) => {
      socket.write(words, 'latin1');
      socket.pipe(socket);
    });
  const always = (words: string): Server => lines('', () => words);

  it.each<[string, () => Server]>([
    ['is an echo that greets with 220', () => greeting('220 hello\r\n')],
    ['is an echo that greets as SMTP does', () => greeting('220 mail ESMTP\r\n')],
    ['is an echo that greets with +OK', () => greeting('+OK\r\n')],
    ['is an echo that greets as SSH does', () => greeting('SSH-2.0-x\r\n')],
    ['is an echo that greets as VNC does', () => greeting('RFB 003.008\n')],
    ['is an echo that greets as MySQL does', () => greeting('\x05\0\0\0\n8.0\0')],
    ['says ERROR to everything', () => always('ERROR\r\n')],
    ['says -ERR to everything', () => always('-ERR no\r\n')],
    ['says a status line to everything', () => always('HTTP/1.1 200 OK\n')],
    ['says 220 and echoes nothing', () => lines('220 x\r\n', () => '220 x\r\n')],
    ['closes without a word', () => closingUnless(/^never$/u, '')],
    [
      'closes after an echo of binary data only',
      () =>
        serving((socket) => {
          socket.on('end', () => socket.end());
          socket.on('data', (read) => socket.end(read.some((byte) => byte < 9) ? read : ''));
        }),
    ],
  ])('%s, and is tested', async (_, server) => {
    const report = await reportOn(server());

    expect(report.unreachable).toBeNull();
    expect(report.behaviours).toHaveLength(narrow.length);
  });

  it('costs a server that replies as it should no further connection', async () => {
    const firstWords: string[] = [];
    const server = serving((socket) => {
      socket.once('data', (read) => firstWords.push(read.toString('latin1')));
      socket.pipe(socket);
    });

    await reportOn(server);

    expect(firstWords.filter((words) => /HEAD|PING|\x16\x03/u.test(words))).toEqual([]);
  });
});
