// What somebody types at a server that speaks first, and what its client hears of it.
import { behaviour, Violation, type Client, type World } from '../behaviour.ts';
import { heardIn, nth } from '../checks/first-checks.ts';
import { linesArriveWhole, onlyStrict, typing } from './typed.ts';

/** Longer than a server’s own pauses between two looks at its console, in milliseconds. */
const pauseMs = 1000;

export const operatorLines = [
  behaviour({
    ...typing,
    id: linesArriveWhole,
    needs: [],
    requirement: 'A line that its operator types reaches the client whole, and nothing else does.',
    hint: 'A line is read word by word (scanf, cin >>), or sent with the length of something else.',
    checkFirst: heardIn(nth.typedLine),

    async check({ connect, exchange, finish }) {
      const client = await connect();

      for (const line of ['hello', 'a line of several words', ' k  l ', 'x', 'klm '.repeat(40)]) {
        await exchange(client, Buffer.from(line));
      }

      await finish(client);
    },
  }),

  behaviour({
    ...typing,
    id: 'operator/lines-in-turn',
    requirement: 'Lines reach the client in the order in which they were typed.',
    hint: 'Lines are read by one thread and sent by another, with one variable between them.',

    async check({ contract, connect, console: operator, letters, finish }) {
      const client = await connect();
      const lines = [1, 2, 3].map((nth) => letters(10 + nth, nth));

      for (const line of lines) await operator.type(line);

      for (const line of lines) {
        await operator.hear(client, line);
        if (contract.turns === 'strict') await client.send(letters(6));
      }
      await finish(client);
    },
  }),

  behaviour({
    ...typing,
    id: 'operator/one-turn-at-a-time',
    requirement: 'After a line the server waits for the client’s message before it sends the next.',
    hint: 'The answer is read by another thread, or not at all.',
    skipWhen: onlyStrict,

    async check({ connect, console: operator, letters, pause, finish }) {
      const client = await connect();
      const [first, second] = [letters(9), letters(9, 1)];
      await operator.type(first);
      await operator.type(second);
      await operator.hear(client, first);

      await pause(60);
      const early = client.unreadBytes;

      if (early > 0) {
        throw new Violation('The server sent its next line before the client had answered.', {
          kind: 'other',
          expected: 'nothing before the client’s message',
          observed: `${early} bytes of the next line`,
        });
      }
      await client.send(letters(6));
      await operator.hear(client, second);
      await client.send(letters(6));
      await finish(client);
    },
  }),

  behaviour({
    ...typing,
    id: 'operator/lines-after-a-pause',
    requirement: 'A line that is typed after a pause arrives whole, its first letter too.',
    hint: 'Something else reads from the console meanwhile: system("pause"), getch(), a stray getchar().',

    async check({ connect, exchange, letters, pause, finish }) {
      const client = await connect();
      await exchange(client, letters(12));
      await client.send(letters(7, 2));

      await pause(pauseMs);

      await exchange(client, letters(12, 1));
      await exchange(client, letters(12, 3));
      await finish(client);
    },
  }),

  behaviour({
    ...typing,
    id: 'operator/utf8-text',
    requirement: 'A line in UTF-8 arrives byte for byte.',
    reference: 'RFC 3629; the contract’s promise',
    hint: 'The line is encoded as ASCII or Latin-1, or its length is counted in letters, not bytes.',
    checkFirst: heardIn(nth.typedUtf8),

    async check({ connect, exchange, finish }) {
      const client = await connect();

      for (const line of ['Ünïcödé', 'Ωσς', '你好', '👋🏽', 'ende é']) {
        await exchange(client, Buffer.from(line));
      }

      await finish(client);
    },
  }),

  behaviour({
    ...typing,
    id: 'operator/empty-line',
    manner: 'rough',
    requirement: 'After an empty line the next one still reaches the client.',
    hint: 'An empty line puts no bytes on the wire, so both sides wait for each other.',

    async check({ contract, connect, exchange, console: operator, letters, finish }) {
      const client = await connect();
      await exchange(client, letters(7));
      const next = letters(9, 1);

      await operator.type('');
      await operator.type(next);

      // An empty line is an empty frame, and nothing at all where lines go out raw.
      if (contract.frameBytes !== undefined) await operator.hear(client, '');
      await operator.hear(client, next);
      if (contract.turns === 'strict') await client.send(letters(6));
      await finish(client);
    },
  }),

  behaviour({
    ...typing,
    id: 'operator/long-lines',
    manner: 'rough',
    requirement: 'A long line arrives, and nothing comes between it and the next line.',
    hint: 'A line longer than the buffer leaves the input stream in an error state that nobody checks.',

    async check(world) {
      const { contract, connect, console: operator, letters, finish } = world;
      const client = await connect();
      const next = letters(9, 1);
      for (const byteCount of [400, 700, 3000]) {
        const line = letters(byteCount, byteCount);

        await operator.type(line);
        if (contract.frameBytes === undefined) {
          await operator.hear(client, line);
          if (contract.turns === 'strict') await client.send(letters(6));
        }
        await operator.type(next);
        await hearBehind(world, client, line, next);
      }
      await finish(client);
    },
  }),

  behaviour({
    ...typing,
    id: 'operator/takes-any-bytes',
    needs: [linesArriveWhole, 'operator/lines-after-a-pause'],
    manner: 'rough',
    requirement: 'A client may answer with any bytes: the next line reaches it all the same.',
    reference: 'RFC 9293: TCP carries bytes, not text',
    hint: 'What the client says is decoded as UTF-8, and what does not decode ends the program.',
    checkFirst: heardIn(nth.typedAfterAnyBytes),

    async check({ contract, connect, exchange, console: operator, letters, finish }) {
      const client = await connect();
      for (const answer of ['ff', '62ff63', 'c328', '00', 'eda080']) {
        const line = letters(8, answer.length);
        await operator.type(line);
        await operator.hear(client, line);
        await client.send(Buffer.from(answer, 'hex'));
      }

      await exchange(client, letters(9));
      if (contract.turns === 'free') await exchange(client, letters(9, 1));
      await finish(client);
    },
  }),

  behaviour({
    ...typing,
    id: 'operator/takes-long-answers',
    needs: [linesArriveWhole, 'operator/lines-after-a-pause'],
    manner: 'rough',
    requirement: 'A client may answer at length: the next line reaches it all the same.',
    reference: 'RFC 9293, 3.8: TCP is a stream of bytes and keeps no message boundaries',
    hint: 'A letter of several bytes that is cut by the end of the buffer does not decode.',

    async check({ connect, console: operator, letters, processes }) {
      const client = await connect();
      // One byte in front: so that a buffer of any even size ends within a letter.
      for (const answer of [`k${'é'.repeat(700)}`, '你'.repeat(500)]) {
        const line = letters(8, answer.length);
        await operator.type(line);
        await operator.hear(client, line);
        await client.send(Buffer.from(answer));
        await operator.type(letters(9));
        await operator.hear(client, letters(9));
        await client.send(letters(6));
      }

      // How many turns the rest of the answers fills is the server's buffer's to say.
      client.halfClose();
      await processes.renew(0);
    },
  }),
];

/** Hears frames of `line`, whole or cut, until the `next` line comes; a flood is not awaited. */
async function hearBehind(
  { contract, console: operator, letters }: World,
  client: Client,
  line: Buffer,
  next: Buffer,
): Promise<void> {
  const { frameBytes } = contract;
  if (frameBytes === undefined) {
    await operator.hear(client, next);
    if (contract.turns === 'strict') await client.send(letters(6));
    return;
  }
  const mostFrames = Math.ceil(line.length / (frameBytes - 1)) + 1;
  const heard: string[] = [];
  for (let frame = 0; frame < mostFrames; frame += 1) {
    const { bytes } = await operator.hearBytes(client, frameBytes);
    const end = bytes.indexOf(0);
    const text = bytes.subarray(0, end < 0 ? bytes.length : end).toString();
    if (text === next.toString()) {
      if (line.toString().startsWith(heard.join(''))) return;
      break;
    }
    if (bytes.length < frameBytes) break;
    heard.push(text);
  }
  const empty = heard.filter((text) => text === '').length;
  throw new Violation(`The operator typed a line of ${line.length} letters and another after it.`, {
    kind: 'other',
    expected: 'the long line, whole or its beginning, then the other',
    observed:
      empty > 0
        ? `${heard.length} frames, ${empty} of them empty, and not the other line`
        : `${heard.length} frames, and the other line did not stand after them`,
  });
}
