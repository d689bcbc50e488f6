// The documents' clients against the documents' servers, where the two can meet on this machine.
import { describe, expect, it } from 'vitest';
import { builtHere } from '../../fixtures/support/built-here.ts';
import { cForkEcho as forkEchoCard } from '../../targets/documents/c-fork-echo/card.ts';
import { cForkModel as modelCard } from '../../targets/documents/c-fork-model/card.ts';
import { cForkUppercase as forkUppercaseCard } from '../../targets/documents/c-fork-uppercase/card.ts';
import { cGetoptMessage as getoptCard } from '../../targets/documents/c-getopt-message/card.ts';
import { cIterativeUppercase as iterativeCard } from '../../targets/documents/c-iterative-uppercase/card.ts';
import { cppThreadEcho as threadCard } from '../../targets/documents/cpp-thread-echo/card.ts';
import { pythonOperator as operatorCard } from '../../targets/documents/python-operator/card.ts';
import { cForkEcho } from './c-fork-echo.ts';
import { cGetoptMessage } from './c-getopt-message.ts';
import { cModel } from './c-model.ts';
import { cUppercase } from './c-uppercase.ts';
import { cppThreadEcho } from './cpp-thread-echo.ts';
import { play } from '../../fixtures/support/played.ts';
import { pythonGreeted } from './python-greeted.ts';

const forkEcho = await builtHere(forkEchoCard);
const model = await builtHere(modelCard);
const forkUppercase = await builtHere(forkUppercaseCard);
const iterative = await builtHere(iterativeCard);
const getopt = await builtHere(getoptCard);
const threaded = await builtHere(threadCard);
const operator = await builtHere(operatorCard);

describe.skipIf(model.missing !== '')(`c-model at ${model.id}${model.missing}`, () => {
  it('gets its lines back', async () => {
    const { address } = await model.start();

    const { parting, shown } = await play(cModel, address, ['hello', 'world']);

    expect(shown).toEqual(['hello\n', 'world\n']);
    expect(parting.kind).toBe('done');
  });
});

describe.each([forkUppercase, iterative])('c-uppercase at $id$missing', (server) => {
  it.skipIf(server.missing !== '')('leaves at the reply to end', async () => {
    const { address } = await server.start();

    const { parting, shown } = await play(cUppercase, address, ['hello', 'end', 'never']);

    expect(shown).toEqual(['HELLO', 'END']);
    expect(parting).toMatchObject({ kind: 'done', why: 'the reply starts with END' });
  });

  it.skipIf(server.missing !== '')('sends its last reply until it is lowered away', async () => {
    const { address } = await server.start();

    // "hi" is lowered by 32 each time: 68 69, 48 49, 28 29, 08 09, e8 e9.
    const { shown } = await play(cUppercase, address, ['hi'], { rounds: 3 });

    expect(shown).toEqual(['HI', '()', '\b\t', '\xe8\xe9']);
  });
});

describe.skipIf(getopt.missing !== '')(`c-getopt-message at ${getopt.id}${getopt.missing}`, () => {
  it('is answered with the server’s message', async () => {
    const { address } = await getopt.start();

    const { parting, shown } = await play(cGetoptMessage, address);

    expect(shown.join('')).not.toBe('');
    expect(parting.kind).toBe('done');
  });
});

describe.skipIf(threaded.missing !== '')(`cpp-thread-echo${threaded.missing}`, () => {
  it('gets its messages back, the NUL with them', async () => {
    const { address } = await threaded.start();

    const { shown } = await play(cppThreadEcho, address);

    const back = shown.map((text) => Buffer.from(text, 'latin1').toString());
    expect(back).toEqual(['你好, 服务器...0\n\0', '你好, 服务器...1\n\0', '你好, 服务器...2\n\0']);
  });
});

describe.skipIf(forkEcho.missing !== '')(`c-fork-echo${forkEcho.missing}`, () => {
  it('gets its words back, old bytes never seen for the NUL after each', async () => {
    const { address } = await forkEcho.start();
    const words = ['hello', 'hi', 'a', 'XYZ', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

    const { parting, shown } = await play(cForkEcho, address, words);

    expect(shown).toEqual(words.map((word) => `${word}\0`));
    expect(parting.kind).toBe('done');
  });
});

describe.skipIf(operator.missing !== '')(
  `python-greeted at ${operator.id}${operator.missing}`,
  () => {
    it('says good bye to whoever greets it', async () => {
      const target = await operator.start();
      await target.console?.type('good day');

      const { parting, shown } = await play(pythonGreeted, target.address);

      expect(shown).toEqual(['good day']);
      expect(parting.kind).toBe('done');
      // What it received is printed at the operator's next turn.
      await expect
        .poll(() => {
          const health = target.health();
          return health.kind === 'unseen' ? '' : health.outputTail;
        })
        .toContain('beybey');
    });
  },
);
