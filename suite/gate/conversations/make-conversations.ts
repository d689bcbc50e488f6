// The conversations that both servers are held to beside the behaviours: they follow from the seed
// and the contract alone. What the contract leaves open does not stand in them.
import { clientName } from '../../../clients/client-name.ts';
import type { CutMessage } from '../../../clients/conversation/conversation.ts';
import { ConversationWriter } from '../../../clients/conversation/write-conversation.ts';
import type { Contract } from '../../contracts/contract.ts';
import { Letters } from '../../payloads/letters.ts';
import type { TitledConversation } from './of-given.ts';

/** A fresh server for each conversation takes its time: then there are fewer. */
const mostOfOneClient = 4;
const interleavings = 4;
const mostInterleaved = 4;

/** The conversations, the small ones first; none where nobody types at the server. */
export function makeConversations(contract: Contract, seed: number): TitledConversation[] {
  if (contract.replies === 'by-operator') return [];
  const maker = new Maker(contract, seed);
  const all = [...maker.ofOneClient(), ...maker.ofEndings(), ...maker.ofSeveral()];
  return contract.serves === 'one' ? all.slice(0, mostOfOneClient) : all;
}

class Maker {
  readonly #contract: Contract;
  readonly #letters: Letters;
  readonly #random: (below: number) => number;
  #salt = 100;

  constructor(contract: Contract, seed: number) {
    this.#contract = contract;
    this.#letters = new Letters(contract, seed);
    this.#random = generator(seed);
  }

  ofOneClient(): TitledConversation[] {
    const { replies } = this.#contract;
    if (replies === 'one-message' || replies === 'none') {
      return [1, 7, 100].map((byteCount) =>
        this.#scene(`a message of ${byteCount}`, (scene) =>
          scene.connect('A').send('A', this.#letter(byteCount)).awaitEnd('A'),
        ),
      );
    }
    const short = this.#scene('short messages', (scene) => {
      scene.connect('A');
      for (let count = 0; count < 6; count += 1) {
        scene.say('A', { bytes: this.#letter(1 + this.#random(60)), cuts: [] });
      }
      this.#end(scene, 'A');
    });
    const silent = this.#scene('no message at all', (scene) => this.#end(scene.connect('A'), 'A'));
    // Where each read makes a reply, a large message may be read in any number of pieces.
    if (replies === 'by-read') return [short, silent, ...this.#cut()];
    return [
      short,
      silent,
      ...this.#cut(),
      ...this.#sizes(),
      ...this.#values(),
      ...this.#unwaited(),
    ];
  }

  #cut(): TitledConversation[] {
    return [0, 1].map((number) =>
      this.#scene(`messages in pieces ${number + 1}`, (scene) => {
        scene.connect('A');
        for (let count = 0; count < 3; count += 1) {
          const bytes = this.#letter(5 + this.#random(90));
          scene.say('A', { bytes, cuts: this.#cutsOf(bytes.length) });
        }
        this.#end(scene, 'A');
      }),
    );
  }

  /** About each power of two: where buffers end. */
  #sizes(): TitledConversation[] {
    const about = (power: number): number => Math.max(1, 2 ** power - 1 + this.#random(3));
    const grown = [
      [1, 2, 3, 4, 5, 6, 7],
      [8, 9, 10, 11],
      [12, 13, 14],
    ];
    const together = grown.map((powers) =>
      this.#scene(`sizes about 2^${powers[0] ?? 0} to 2^${powers.at(-1) ?? 0}`, (scene) => {
        scene.connect('A');
        for (const power of powers) {
          scene.say('A', { bytes: this.#letter(about(power)), cuts: [] });
        }
        this.#end(scene, 'A');
      }),
    );
    const large = this.#scene('a message about 2^16, and FIN right after it', (scene) => {
      this.#endAtOnce(scene.connect('A').send('A', this.#letter(about(16))), 'A');
    });
    return [...together, large];
  }

  #values(): TitledConversation[] {
    const every = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte));
    const some = (byteCount: number): Buffer => {
      const bytes = Buffer.from(Uint8Array.from({ length: byteCount }, () => this.#random(256)));
      return this.#holdsWord(bytes) ? this.#letter(byteCount) : bytes;
    };
    const messages = [Buffer.from('a\0b'), Buffer.from('\r\n'), every, some(40), some(400)];
    return [
      this.#scene('any bytes', (scene) => {
        scene.connect('A');
        for (const bytes of messages) scene.say('A', { bytes, cuts: [] });
        this.#end(scene, 'A');
      }),
    ];
  }

  #unwaited(): TitledConversation[] {
    return [
      this.#scene('messages without waiting, then FIN', (scene) => {
        scene.connect('A');
        for (let count = 0; count < 6; count += 1) {
          scene.send('A', this.#letter(1 + this.#random(300)));
        }
        this.#endAtOnce(scene, 'A');
      }),
    ];
  }

  ofEndings(): TitledConversation[] {
    const { ending, serves } = this.#contract;
    if (ending === null) return [];
    const { word, match } = ending;
    const told = (title: string, messages: readonly Buffer[]): TitledConversation =>
      this.#scene(title, (scene) => {
        scene.connect('A');
        for (const bytes of messages.slice(0, -1)) scene.say('A', { bytes, cuts: [] });
        scene.send('A', messages.at(-1) ?? word).awaitEnd('A');
      });
    const plain = [
      told('the ending word at once', [word]),
      told('messages, then the ending word', [this.#letter(9), this.#letter(30), word]),
    ];
    // Whether more than the word is the word, too, may be left open.
    if (match === 'any' || serves === 'one') return plain;
    const longer = Buffer.concat([word, this.#letter(3)]);
    return [
      ...plain,
      match === 'beginning'
        ? told('a message that begins with the ending word', [longer])
        : this.#scene('a message that begins with the ending word', (scene) => {
            this.#end(scene.connect('A').say('A', { bytes: longer, cuts: [] }), 'A');
          }),
    ];
  }

  ofSeveral(): TitledConversation[] {
    const { serves, replies } = this.#contract;
    if (serves === 'one' || replies === 'one-message' || replies === 'none') return [];
    const afterReset = this.#scene('a client resets, the next one comes', (scene) => {
      const hello: CutMessage = { bytes: this.#letter(12), cuts: [] };
      scene.connect('A').say('A', hello).reset('A');
      this.#end(scene.connect('B').say('B', hello), 'B');
    });
    if (serves !== 'many') return [afterReset];
    const woven = Array.from({ length: interleavings }, (_, number) =>
      this.#scene(`clients interleaved ${number + 1}`, (scene) => this.#weave(scene)),
    );
    return [afterReset, ...woven];
  }

  #weave(scene: ConversationWriter): void {
    const clients = 2 + this.#random(mostInterleaved - 1);
    const open = new Set<string>();
    const hasCome = new Set<string>();
    for (let count = 0; count < 10 + this.#random(10); count += 1) {
      const client = clientName(this.#random(clients));
      if (!open.has(client)) {
        // Each comes once: a name that came again would hide who is meant.
        if (hasCome.has(client)) continue;
        hasCome.add(client);
        open.add(client);
        scene.connect(client);
      }
      scene.send(client, this.#letter(1 + this.#random(40)));
      if (this.#random(3) > 0) scene.receive(client);
      if (this.#random(8) === 0) {
        open.delete(client);
        this.#end(scene, client);
      }
    }
    for (const client of open) this.#end(scene, client);
  }

  #scene(title: string, write: (scene: ConversationWriter) => unknown): TitledConversation {
    const scene = new ConversationWriter(this.#contract.reply);
    write(scene);
    return { title, conversation: scene.conversation };
  }

  /** By FIN, where the contract says what follows from one. */
  #end(scene: ConversationWriter, client: string): void {
    const { halfClose, ending } = this.#contract;
    scene.receive(client);
    if (halfClose) scene.end(client);
    else if (ending !== null) scene.send(client, ending.word).awaitEnd(client);
    else scene.reset(client);
  }

  /** FIN behind the last byte, where the contract says that all is still owed then. */
  #endAtOnce(scene: ConversationWriter, client: string): void {
    if (this.#contract.halfClose) scene.end(client);
    else this.#end(scene, client);
  }

  #letter(byteCount: number): Buffer {
    this.#salt += 1;
    return this.#letters.take(byteCount, this.#salt);
  }

  #cutsOf(length: number): number[] {
    const cuts = Array.from({ length: 1 + this.#random(3) }, () => 1 + this.#random(length - 1));
    return [...new Set(cuts)].sort((one, other) => one - other);
  }

  #holdsWord(bytes: Buffer): boolean {
    const word = this.#contract.ending?.word.toString('latin1').toLowerCase();
    return word !== undefined && bytes.toString('latin1').toLowerCase().includes(word);
  }
}

/** Whole numbers from 0, each below what is asked for; the same for the same seed (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
