import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { InvalidAddress, addressTarget, formatAddress, parseAddress } from './address.ts';
import { TargetUnavailable } from '../target.ts';

describe('parseAddress', () => {
  it.each([
    ['localhost:9990', 'localhost', 9990],
    ['127.0.0.1:1', '127.0.0.1', 1],
    ['server.example.org:65535', 'server.example.org', 65535],
    ['my_container-1:80', 'my_container-1', 80],
    ['[::1]:9990', '::1', 9990],
    ['[fe80::1%eth0]:9990', 'fe80::1%eth0', 9990],
    ['9990', 'localhost', 9990],
    [':9990', 'localhost', 9990],
    [' localhost:9990 ', 'localhost', 9990],
    ['tcp://localhost:9990', 'localhost', 9990],
    ['tcp://[::1]:9990/', '::1', 9990],
    ['bücher.example:7', 'bücher.example', 7],
  ])('reads %s', (text, host, port) => {
    expect(parseAddress(text)).toEqual({ host, port });
  });

  it.each([
    ['', 'it is empty'],
    ['localhost', 'the port is missing'],
    ['localhost:', 'the port is missing'],
    ['localhost:0', 'port 0 is not between 1 and 65535'],
    ['localhost:70000', 'port 70000 is not between 1 and 65535'],
    ['70000', 'port 70000 is not between 1 and 65535'],
    ['localhost:echo', '"echo" is not a port number'],
    ['localhost:99 90', 'it has a space in it'],
    ['local host:9990', 'it has a space in it'],
    ['localhost 9990', 'joined by a colon, without a space. Expected'],
    ['localhost: 9990', 'joined by a colon, without a space. Expected'],
    ['９９９０', 'it has full-width characters in it'],
    ['localhost：9990', 'it has full-width characters in it'],
    ['127。0。0。1:9990', 'it has full-width characters in it'],
    ['localhost:9990/path', '"9990/path" is not a port number'],
    ['tcp://:9990', 'the host is empty'],
    ['http://localhost:9990', 'conform speaks plain TCP: leave out http://'],
    ['::1', 'an IPv6 address must be in brackets'],
    ['::1:9990', 'an IPv6 address must be in brackets'],
    ['a:b:9990', 'an IPv6 address must be in brackets'],
    ['[::1]', 'the port is missing'],
    ['[::1]9990', 'a colon must follow the bracket'],
    ['[::1:9990', 'the closing bracket is missing'],
    ['[localhost]:9990', 'brackets are only for those'],
    ['256.0.0.1:9990', '256.0.0.1 is not an IPv4 address'],
    ['10.1:9990', '10.1 is not an IPv4 address'],
    ['-x:9990', '"-x" is not a host name'],
    ['user@host:9990', '"user@host" is not a host name'],
  ])('says what is wrong with "%s"', (text, wrong) => {
    const read = (): unknown => parseAddress(text);

    expect(read).toThrow(InvalidAddress);
    expect(read).toThrow(wrong);
    expect(read).toThrow('Expected HOST:PORT, [IPV6]:PORT or PORT, for example ');
  });

  it.each([
    ['localhost 9990', 'localhost:9990'],
    ['127.0.0.1 : 7', '127.0.0.1:7'],
    ['localhost：９９９０', 'localhost:9990'],
    ['１２７。０.0.1:9990', '127.0.0.1:9990'],
  ])('says how "%s" is written', (text, right) => {
    expect(() => parseAddress(text)).toThrow(new RegExp(`for example ${right}$`, 'u'));
  });

  it('gives an example that it can read', () => {
    for (const text of ['localhost', '::1', '[::1]', 'fe80::1', 'http://x', '127.0.0.1:0', 'é:x']) {
      let example = '';
      try {
        parseAddress(text);
      } catch (error) {
        example = /for example (.*)$/u.exec((error as Error).message)?.[1] ?? '';
      }
      expect(parseAddress(example).port).toBe(9990);
    }
  });
});

describe('formatAddress', () => {
  it.each(['localhost:9990', '127.0.0.1:1', '[::1]:9990'])('writes %s as it was read', (text) => {
    expect(formatAddress(parseAddress(text))).toBe(text);
  });
});

describe('addressTarget', () => {
  it('resolves a name to literal addresses and keeps the name as its label', async () => {
    const target = addressTarget({ host: 'localhost', port: 9990 });

    await target.start();

    expect(target.label).toBe('localhost:9990');
    expect(['127.0.0.1', '::1']).toContain(target.address.host);
    expect(target.candidates).toContainEqual(target.address);
    expect(target.generation).toBe(1);
    expect(target.health()).toEqual({ kind: 'unseen' });
  });

  it('prefers the address that is listening', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const target = addressTarget({ host: 'localhost', port });

    await target.start();

    expect(target.address).toEqual({ host: '127.0.0.1', port });
    expect(target.listening()).toBe(true);
    server.close();
    await once(server, 'close');
    expect(target.listening()).toBe(false);
  });

  it('has no address before it started', () => {
    expect(() => addressTarget({ host: '127.0.0.1', port: 1 }).address).toThrow(TypeError);
  });

  it('says so when a name stands for nothing', async () => {
    const target = addressTarget({ host: 'nobody.invalid', port: 1 });

    await expect(target.start()).rejects.toThrow(/nobody\.invalid could not be resolved \(E/u);
  });

  it('cannot be restarted', async () => {
    const target = addressTarget({ host: '127.0.0.1', port: 1 });

    expect(target.restartable).toBe(false);
    await expect(target.restart()).rejects.toBeInstanceOf(TargetUnavailable);
    await target.stop();
  });
});
