// The first thing that a client of TLS says (RFC 8446, 4.1.2), made by hand: nothing is negotiated.
import { randomBytes } from 'node:crypto';

/** TLS_AES_*, TLS_CHACHA20_*, ECDHE and RSA suites, so that 1.2 and 1.3 both find one. */
const suites = [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0x009c, 0x002f, 0x00ff];
const groups = [0x001d, 0x0017, 0x0018];
const signatures = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0201];
const versions = [0x0304, 0x0303];

const extensionOf = { groups: 10, pointFormats: 11, signatures: 13, versions: 43, keyShare: 51 };

/** A ClientHello that servers of TLS 1.2 and 1.3 answer. */
export function clientHello(): Buffer {
  const extensions = Buffer.concat([
    extension(extensionOf.groups, sized(2, words(groups))),
    extension(extensionOf.pointFormats, sized(1, Buffer.from([0]))),
    extension(extensionOf.signatures, sized(2, words(signatures))),
    extension(extensionOf.versions, sized(1, words(versions))),
    // Without a share: a server of 1.3 asks for one (HelloRetryRequest), which is an answer too.
    extension(extensionOf.keyShare, sized(2, Buffer.alloc(0))),
  ]);
  const body = Buffer.concat([
    words([0x0303]),
    randomBytes(32),
    sized(1, randomBytes(32)),
    sized(2, words(suites)),
    sized(1, Buffer.from([0])),
    sized(2, extensions),
  ]);
  const handshake = Buffer.concat([Buffer.from([1, 0]), sized(2, body)]);
  return Buffer.concat([Buffer.from([0x16, 3, 1]), sized(2, handshake)]);
}

const words = (numbers: readonly number[]): Buffer =>
  Buffer.from(numbers.flatMap((number) => [number >> 8, number & 0xff]));

const extension = (type: number, data: Buffer): Buffer =>
  Buffer.concat([words([type]), sized(2, data)]);

/** `data` behind its length, in one byte or two. */
const sized = (lengthBytes: 1 | 2, data: Buffer): Buffer =>
  Buffer.concat([lengthBytes === 1 ? Buffer.from([data.length]) : words([data.length]), data]);
