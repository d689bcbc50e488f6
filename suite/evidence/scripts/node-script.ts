// A story as a program for Node: nothing but node:net and node:zlib.
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

export const node: ScriptLanguage = {
  name: 'node',
  command: 'node repro.mjs',
  extension: 'mjs',
  write: (story) =>
    [
      '#!/usr/bin/env node',
      ...aboutLines(story, node.command).map((line) => `// ${line}`.trimEnd()),
      runtime(story),
      'async function conversation() {',
      ...Array.from(inTurn(story.conversation), ({ step }) => `  ${statement(step, story)}`),
      '}',
      '',
      'await main();',
      '',
    ].join('\n'),
};

const wording: Wording = {
  literal: (bytes) => `bytes(${quotedBytes(bytes)})`,
  compressed: (bytes) =>
    `inflateSync(Buffer.from("${deflateSync(bytes, { level: 9 }).toString('base64')}", "base64"))`,
  letters: (byteCount) => `letters(${byteCount})`,
};

function statement(step: SingleStep, { table }: Story): string {
  switch (step.do) {
    case 'connect':
      return `var ${variableOf(step.client)} = await connect(${quotedText(step.client)});`;
    case 'send': {
      const due = dueOf(step);
      const sent = wordPayload(step.payload, wording);
      if (isDueByTable(step.payload, due, table))
        return `await send(${variableOf(step.client)}, ${sent});`;
      return `await send(${variableOf(step.client)}, ${sent}, ${wordPayload(due, wording)});`;
    }
    case 'half-close':
      if (step.payload !== undefined) throw untold(step);
      return `halfClose(${variableOf(step.client)});`;
    case 'reset':
      return `reset(${variableOf(step.client)});`;
    case 'pause-reading':
      return `${variableOf(step.client)}.socket.pause();`;
    case 'resume-reading':
      return `${variableOf(step.client)}.socket.resume();`;
    case 'receive':
      return `await expect(${variableOf(step.client)}, ${awaitedBytes(step)});`;
    case 'pause':
      return `await pause(${step.milliseconds});`;
    case 'await-end': {
      const { owedBytes, end } = finishOf(step);
      return `await finish(${variableOf(step.client)}, ${owedBytes}, ${quotedText(end)});`;
    }
    case 'visit':
      return `await newcomer(${wordPayload(step.payload, wording)}, ${wordPayload(step.due, wording)});`;
  }
}

const runtime = (story: Story): string => {
  const { table, letters, rounds } = story;
  const map =
    table === null || isIdentity(table)
      ? 'null'
      : `Buffer.from("${Buffer.from(table).toString('hex')}", "hex")`;
  return String.raw`
import { createConnection } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { inflateSync } from "node:zlib";

const promise = ${quotedText(promiseOf(story))};
const table = ${map}; // what each byte becomes; null when it stays as it is
const alphabet = Buffer.from(${quotedBytes(Buffer.from(letters))});
const rounds = ${rounds}; // how often the conversation is played: some mistakes show now and then
const silence = 3000; // milliseconds without a byte after which no more is expected
const limit = 60_000; // milliseconds after which all is over, however slowly the server drips
const started = Date.now();

class Failure extends Error {}

const open = new Set();
let isAnyoneIn = false;
let moved = () => undefined;

const [host, port, ...rest] = process.argv.slice(2);
if (!/^\d+$/.test(port ?? "") || rest.length > 0) {
  console.error("Usage: node repro.mjs HOST PORT");
  process.exit(2);
}

/** Waits until isDone(), or until nothing has moved for so long. */
async function pump(isDone, milliseconds) {
  let last = Date.now();
  while (!isDone()) {
    const left = Math.min(last + milliseconds, started + limit) - Date.now();
    if (left <= 0) return;
    let timer;
    const hasMoved = await new Promise((resolve) => {
      moved = () => resolve(true);
      timer = setTimeout(resolve, left, false);
    });
    clearTimeout(timer);
    if (hasMoved) last = Date.now();
  }
}

function connect(name) {
  const socket = createConnection({ host, port: Number(port), allowHalfOpen: true, noDelay: true });
  const client = { name, socket, pieces: [], count: 0, due: [], dueCount: 0, end: null };
  socket.on("data", (piece) => {
    client.pieces.push(piece);
    client.count += piece.length;
    moved();
  });
  socket.on("end", () => {
    client.end ??= "FIN";
    moved();
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new Error("no answer within 10 s")), 10_000);
    socket.once("connect", () => {
      clearTimeout(timer);
      isAnyoneIn = true;
      open.add(socket);
      resolve(client);
    });
    socket.on("error", (error) => {
      clearTimeout(timer);
      client.end ??= "RST";
      moved();
      if (isAnyoneIn) reject(new Failure("Client " + name + " was not accepted: " + error.message));
      else {
        console.error("Cannot connect to " + host + " port " + port + ": " + error.message);
        process.exit(3);
      }
    });
  });
}

const bytes = (text) => Buffer.from(text, "latin1");
const reply = (request) => (table === null ? request : request.map((byte) => table[byte]));

/** Letters that no block of 64 KiB has in the same order as another. */
function letters(count) {
  const block = Buffer.alloc(65536);
  let state = 1;
  for (let at = 0; at < block.length; at += 1) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    block[at] = alphabet[(state >> 8) % alphabet.length];
  }
  const blocks = Array.from({ length: Math.ceil(count / 65536) }, (_, turn) => {
    const cut = (turn * 509) % 65536;
    return Buffer.concat([block.subarray(cut), block.subarray(0, cut)]);
  });
  return Buffer.concat(blocks).subarray(0, count);
}

async function send(client, request, due = reply(request)) {
  client.due.push(due);
  client.dueCount += due.length;
  let isTaken = false;
  client.socket.write(request, () => {
    isTaken = true;
    moved();
  });
  await pump(() => isTaken, 300);
}

const halfClose = (client) => void client.socket.end();
const reset = (client) => void client.socket.resetAndDestroy();

const bytesOf = (count) => count + (count === 1 ? " byte" : " bytes");

/** The first so many bytes of the reply must come, and be right. */
async function expect(client, count) {
  await pump(() => client.count >= count || client.end !== null, silence);
  const [seen, due] = [Buffer.concat(client.pieces), Buffer.concat(client.due)];
  const at = firstDifference(seen.subarray(0, count), due.subarray(0, count));
  if (at === count) return;
  const came = at + " of " + bytesOf(count) + " came, then ";
  const what =
    at < seen.length
      ? "byte " + at + " is wrong"
      : came + (client.end ?? "nothing, and the connection stayed open");
  throw new Failure("Client " + client.name + ": " + what + ".\n" + both(seen, due, at));
}

/** All that is owed must come and nothing more; then the conversation ends. */
async function finish(client, owed, end) {
  await expect(client, owed);
  if (!end.startsWith("own")) halfClose(client);
  const isOver = () => client.end !== null || client.count > client.dueCount;
  await pump(isOver, end === "any" ? 1000 : silence);
  const [seen, due] = [Buffer.concat(client.pieces), Buffer.concat(client.due)];
  const at = firstDifference(seen, due);
  if (at < seen.length) {
    const more = bytesOf(seen.length - at) + " more than expected";
    const what = at === due.length ? more : "byte " + at + " is wrong";
    throw new Failure("Client " + client.name + ": " + what + ".\n" + both(seen, due, at));
  }
  if (end !== "any" && client.end === null) {
    throw new Failure("Client " + client.name + ": the server did not end the conversation (FIN).");
  }
  if (end.endsWith("fin") && client.end !== "FIN") {
    throw new Failure("Client " + client.name + ": the server reset it (RST) where a FIN was expected.");
  }
}

/** A new client must be served: the server is still there. */
async function newcomer(request, due) {
  const client = await connect("a newcomer");
  await send(client, request, due);
  await expect(client, client.dueCount);
  halfClose(client);
}

function firstDifference(one, other) {
  const length = Math.min(one.length, other.length);
  if (one.subarray(0, length).equals(other.subarray(0, length))) return length;
  for (let at = 0; ; at += 1) if (one[at] !== other[at]) return at;
}

function both(seen, due, at) {
  const begin = Math.max(0, at - 8);
  const show = (data) =>
    data.subarray(begin, begin + 24).toString("hex").replace(/..(?=.)/g, "$& ") || "(nothing)";
  return "  from byte " + begin + " on\n  expected  " + show(due) + "\n  observed  " + show(seen);
}

async function main() {
  try {
    for (let round = 0; round < rounds; round += 1) {
      await conversation();
      for (const socket of open) socket.destroy();
      open.clear();
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.log("FAILS " + promise + "\n" + error.message);
    process.exit(1);
  }
  console.log("HOLDS " + promise);
  process.exit(0);
}
`;
};
