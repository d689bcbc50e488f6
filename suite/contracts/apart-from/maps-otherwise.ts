// A server that maps every byte, but by another table than its contract's.
import { mapBytes } from '../contract.ts';
import type { Deviation, Layer, Oracle } from './deviation.ts';
import { Owed } from './owed.ts';

const isSmall = (byte: number): boolean => byte >= 0x61 && byte <= 0x7a;
const isCapital = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;
const table = (map: (byte: number) => number): Oracle =>
  mapBytes(Uint8Array.from({ length: 256 }, (_, byte) => map(byte) & 0xff));

/** What servers make of letters, by what they do. */
export const otherMaps = {
  'sends every byte back as it came': table((byte) => byte),
  'raises every small letter': table((byte) => (isSmall(byte) ? byte - 32 : byte)),
  'lowers every capital': table((byte) => (isCapital(byte) ? byte + 32 : byte)),
  'swaps small letters and capitals': table((byte) =>
    isSmall(byte) ? byte - 32 : isCapital(byte) ? byte + 32 : byte,
  ),
  'takes 32 from every byte': table((byte) => byte - 32),
} as const satisfies Readonly<Record<string, Oracle>>;

export type OtherMap = keyof typeof otherMaps;

const causes: Readonly<Record<OtherMap, string>> = {
  'sends every byte back as it came': 'raises-nothing',
  'raises every small letter': 'changes-letters',
  'lowers every capital': 'changes-letters',
  'swaps small letters and capitals': 'swaps-case',
  'takes 32 from every byte': 'lowers-every-byte',
};

/** Hands on what the contract owes where the byte came that the other table has there. */
function translated(other: Oracle, due: Oracle): Layer {
  const said = new Owed();
  return {
    say(bytes, back) {
      said.add(back === undefined || back.length === bytes.length ? bytes : back);
      return bytes;
    },
    hear(chunk) {
      const heard = Buffer.from(chunk);
      for (let at = 0; at < heard.length && said.byteCount > 0;) {
        const request = said.next.subarray(0, heard.length - at);
        const [foretold, owed] = [other(request), due(request)];
        for (let index = 0; index < request.length; index += 1) {
          if (heard[at + index] === foretold[index]) heard[at + index] = owed[index] ?? 0;
        }
        said.take(request.length);
        at += request.length;
      }
      return heard;
    },
  };
}

/** Every byte comes back by another table than that of the contract. */
export const mapsOtherwise = (does: OtherMap): Deviation => ({
  id: 'maps-otherwise',
  does: `The server ${does}.`,
  words: `with a server that ${does}`,
  breaks: ({ changes }) => [
    changes === 'ascii-letters' ? 'payload/raises-every-letter' : 'payload/one-message',
    ...(does === 'takes 32 from every byte'
      ? ['payload/leaves-other-ascii-alone', 'payload/leaves-high-bytes-alone']
      : []),
  ],
  cause: causes[does],
  depth: 'letters',
  layer: (due) => translated(otherMaps[does], due),
  instead: () => otherMaps[does],
});
