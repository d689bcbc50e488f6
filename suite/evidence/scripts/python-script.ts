// A story as a Python 3 program: standard library only, one thread, every byte by select().
import { deflateSync } from 'node:zlib';
import { inTurn, type SingleStep } from '../../../clients/conversation/conversation.ts';
import {
  aboutLines,
  awaitedBytes,
  dueOf,
  finishOf,
  isDueByTable,
  isIdentity,
  promiseOf,
  quotedBytes,
  quotedText,
  untold,
  variableOf,
  wordPayload,
  type ScriptLanguage,
  type Wording,
} from './script.ts';
import type { Story } from '../story.ts';

export const python: ScriptLanguage = {
  name: 'python',
  command: 'python3 repro.py',
  extension: 'py',
  write: (story) =>
    [
      '#!/usr/bin/env python3',
      // Before anything that a comment could say of it.
      '# -*- coding: utf-8 -*-',
      ...aboutLines(story, python.command).map((line) => `# ${line}`.trimEnd()),
      runtime(story),
      '',
      'def conversation():',
      ...Array.from(inTurn(story.conversation), ({ step }) => `    ${statement(step, story)}`),
      '',
      '',
      'main()',
      '',
    ].join('\n'),
};

const wording: Wording = {
  literal: (bytes) => `b${quotedBytes(bytes)}`,
  compressed: (bytes) =>
    `zlib.decompress(base64.b64decode("${deflateSync(bytes, { level: 9 }).toString('base64')}"))`,
  letters: (byteCount) => `letters(${byteCount})`,
};

function statement(step: SingleStep, { table }: Story): string {
  switch (step.do) {
    case 'connect':
      return `${variableOf(step.client)} = connect(${quotedText(step.client)})`;
    case 'send': {
      const due = dueOf(step);
      const sent = wordPayload(step.payload, wording);
      if (isDueByTable(step.payload, due, table))
        return `send(${variableOf(step.client)}, ${sent})`;
      return `send(${variableOf(step.client)}, ${sent}, due=${wordPayload(due, wording)})`;
    }
    case 'half-close':
      if (step.payload !== undefined) throw untold(step);
      return `half_close(${variableOf(step.client)})`;
    case 'reset':
      return `reset(${variableOf(step.client)})`;
    case 'pause-reading':
      return `${variableOf(step.client)}.reads = False`;
    case 'resume-reading':
      return `${variableOf(step.client)}.reads = True`;
    case 'receive':
      return `expect(${variableOf(step.client)}, ${awaitedBytes(step)})`;
    case 'pause':
      return `pause(${step.milliseconds / 1000})`;
    case 'await-end': {
      const { owedBytes, end } = finishOf(step);
      return `finish(${variableOf(step.client)}, ${owedBytes}, ${quotedText(end)})`;
    }
    case 'visit':
      return `newcomer(${wordPayload(step.payload, wording)}, ${wordPayload(step.due, wording)})`;
  }
}

const runtime = (story: Story): string => {
  const { table, letters, rounds } = story;
  const map =
    table === null || isIdentity(table)
      ? 'None'
      : `bytes.fromhex("${Buffer.from(table).toString('hex')}")`;
  return String.raw`
import base64
import select
import socket
import struct
import sys
import time
import zlib

PROMISE = ${quotedText(promiseOf(story))}
TABLE = ${map}  # what each byte becomes; None when it stays as it is
LETTERS = b${quotedBytes(Buffer.from(letters))}
ROUNDS = ${rounds}  # how often the conversation is played: some mistakes show now and then
SILENCE = 3.0  # seconds without a byte after which no more is expected
LIMIT = 60.0  # seconds after which all is over, however slowly the server drips

clients = []
is_anyone_in = False
started = time.monotonic()


class Failure(Exception):
    pass


class Client:
    def __init__(self, name):
        self.name = name
        self.socket = socket.create_connection(address, 10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.reads = True
        self.out = memoryview(b"")
        self.fin = "open"
        self.received = bytearray()
        self.due = bytearray()
        self.end = None

    def fileno(self):
        return self.socket.fileno()

    def read(self):
        try:
            piece = self.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            self.end, self.out = "RST", memoryview(b"")
            return
        self.received += piece
        if not piece:
            self.end = "FIN"

    def write(self):
        try:
            if len(self.out) > 0:
                self.out = self.out[self.socket.send(self.out) :]
            if len(self.out) == 0 and self.fin == "due":
                self.fin = "sent"
                self.socket.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            pass
        except OSError:
            self.out, self.fin = memoryview(b""), "sent"


def pump(is_done, seconds):
    """Lets bytes flow until is_done(), or until nothing has moved for so long."""
    last = time.monotonic()
    while not is_done():
        now = time.monotonic()
        left = min(last + seconds, started + LIMIT) - now
        if left <= 0:
            return
        reading = [one for one in clients if one.reads and one.end is None]
        writing = [one for one in clients if len(one.out) > 0 or one.fin == "due"]
        readable, writable, _ = select.select(reading, writing, [], left)
        for one in readable:
            one.read()
        for one in writable:
            one.write()
        if readable or writable:
            last = time.monotonic()


def connect(name):
    global is_anyone_in
    try:
        client = Client(name)
    except OSError as error:
        if not is_anyone_in:
            print("Cannot connect to %s port %s: %s" % (address + (error,)), file=sys.stderr)
            sys.exit(3)
        raise Failure("Client %s was not accepted: %s" % (name, error))
    is_anyone_in = True
    clients.append(client)
    return client


def reply(request):
    return request if TABLE is None else request.translate(TABLE)


def letters(count):
    """Letters that no block of 64 KiB has in the same order as another."""
    block, state = bytearray(65536), 1
    for at in range(65536):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        block[at] = LETTERS[(state >> 8) % len(LETTERS)]
    whole = bytearray()
    for turn in range(0, count, 65536):
        cut = (turn >> 16) * 509 % 65536
        whole += block[cut:] + block[:cut]
    return bytes(whole[:count])


def send(client, request, due=None):
    client.out = memoryview(bytes(client.out) + request)
    client.due += reply(request) if due is None else due
    pump(lambda: len(client.out) == 0, 0.3)


def half_close(client):
    client.fin = "due"
    pump(lambda: client.fin == "sent", 0.3)


def reset(client):
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.socket.close()
    clients.remove(client)


def pause(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pump(lambda: time.monotonic() >= until, until - time.monotonic())


def bytes_of(count):
    return "1 byte" if count == 1 else "%d bytes" % count


def expect(client, count):
    """The first so many bytes of the reply must come, and be right."""
    pump(lambda: len(client.received) >= count or client.end is not None, SILENCE)
    compare(client, count)


def compare(client, count):
    seen, due = bytes(client.received), bytes(client.due)
    at = first_difference(seen[:count], due[:count])
    if at == count:
        return
    if at < len(seen):
        what = "byte %d is wrong" % at
    elif client.end is None:
        what = "%d of %s came, then nothing, and the connection stayed open" % (at, bytes_of(count))
    else:
        what = "%d of %s came, then %s" % (at, bytes_of(count), client.end)
    raise Failure("Client %s: %s.\n%s" % (client.name, what, both(seen, due, at)))


def finish(client, owed, end):
    """All that is owed must come and nothing more; then the conversation ends."""
    expect(client, owed)
    if not end.startswith("own"):
        half_close(client)
    is_over = lambda: client.end is not None or len(client.received) > len(client.due)
    pump(is_over, SILENCE if end != "any" else 1.0)
    seen, due = bytes(client.received), bytes(client.due)
    at = first_difference(seen, due)
    if at < len(seen):
        what = "%s more than expected" % bytes_of(len(seen) - at) if at == len(due) else "byte %d is wrong" % at
        raise Failure("Client %s: %s.\n%s" % (client.name, what, both(seen, due, at)))
    if end != "any" and client.end is None:
        raise Failure("Client %s: the server did not end the conversation (FIN)." % client.name)
    if end.endswith("fin") and client.end != "FIN":
        raise Failure("Client %s: the server reset the connection (RST) where a FIN was expected." % client.name)


def newcomer(request, due):
    """A new client must be served: the server is still there."""
    client = connect("a newcomer")
    send(client, request, due)
    expect(client, len(client.due))
    half_close(client)


def first_difference(one, other):
    if other.startswith(one) or one.startswith(other):
        return min(len(one), len(other))
    pairs = zip(one, other)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def both(seen, due, at):
    begin = max(0, at - 8)
    show = lambda data: " ".join("%02x" % byte for byte in data[begin : begin + 24]) or "(nothing)"
    return "  from byte %d on\n  expected  %s\n  observed  %s" % (begin, show(due), show(seen))


def main():
    try:
        for _ in range(ROUNDS):
            conversation()
            while clients:
                clients.pop().socket.close()
    except Failure as failure:
        print("FAILS %s\n%s" % (PROMISE, failure))
        sys.exit(1)
    print("HOLDS %s" % PROMISE)


if len(sys.argv) != 3 or not sys.argv[2].isdigit():
    print("Usage: %s HOST PORT" % sys.argv[0], file=sys.stderr)
    sys.exit(2)
address = (sys.argv[1], int(sys.argv[2]))
`;
};
