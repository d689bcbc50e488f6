// A failing conversation as a capture file: its connections side by side, and a word on the packet
// where it goes wrong.
import { isIP, isIPv6 } from 'node:net';
import type { Failed, Finding } from '../../events/events.ts';
import { flowPackets, type FlowPacket } from './flow.ts';
import { pcapng } from './pcapng.ts';
import type { SentBytes } from '../sent-bytes.ts';
import type { End } from './tcp-packet.ts';

export interface CaptureFacts {
  readonly behaviour: string;
  readonly requirement: string;
  readonly verdict: Failed;
  /** `host:port`, IPv6 in brackets. */
  readonly address: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly version: string;
  readonly sent: SentBytes;
}

const firstPort = 50_001;

/** The capture file of a failure; undefined when no connection was recorded. */
export function captureFile(facts: CaptureFacts): Buffer | undefined {
  const { verdict, behaviour, requirement, version, sent } = facts;
  const server = serverEnd(facts.address);
  const client = clientAddress(server.ip);
  const originNanos = BigInt(Date.parse(facts.startedAt)) * 1_000_000n;
  const packets = verdict.conversation.flatMap((record, index) =>
    flowPackets({
      client: { ip: client, port: firstPort + index },
      server,
      originNanos,
      entries: sent.tell(record),
      record,
    }),
  );
  if (packets.length === 0) return undefined;
  const ordered = packets.sort((one, other) => Number(one.atNanos - other.atNanos));
  const wrong = whereItGoesWrong(ordered, verdict);
  return pcapng({
    application: `conform ${version}`,
    comment:
      `Synthetic: made from the transcript of conform, not captured from a network. ` +
      `The bytes and their times are as recorded; segment borders, acknowledgements, sequence ` +
      `numbers and the clients’ addresses are made up to fit. What the record does not hold is cut ` +
      `off from its packet.\n${behaviour}: ${requirement}\n${verdict.summary}`,
    interfaceName: 'transcript',
    interfaceDescription: 'synthetic: made from the transcript',
    packets: ordered.map((packet) =>
      packet === wrong ? { ...packet, comment: withComment(packet, behaviour, verdict) } : packet,
    ),
  });
}

/** The packet to look at: the server's last word on the connection that was heard of last. */
function whereItGoesWrong(
  packets: readonly FlowPacket[],
  { finding }: Failed,
): FlowPacket | undefined {
  const last = packets.at(-1);
  const ofFailing = packets.filter(({ client }) => client === last?.client);
  const fromServer = (...kinds: readonly FlowPacket['kind'][]): FlowPacket | undefined =>
    ofFailing.findLast(({ side, kind }) => side === 'server' && kinds.includes(kind));
  const found = {
    bytes: () => fromServer('data'),
    ended: () => fromServer('fin', 'reset'),
    silence: () => ofFailing.findLast(({ kind }) => kind !== 'ack'),
    refused: () => fromServer('reset'),
    died: () => fromServer('fin', 'reset'),
    other: () => undefined,
  } satisfies Record<Finding['kind'], () => FlowPacket | undefined>;
  return found[finding.kind]() ?? ofFailing.findLast(({ kind }) => kind !== 'ack') ?? last;
}

function withComment(
  { comment }: FlowPacket,
  behaviour: string,
  { finding, summary }: Failed,
): string {
  const after =
    finding.kind === 'silence' ? 'After this packet it goes wrong' : 'Here it goes wrong';
  return [...(comment === undefined ? [] : [comment]), `${after} (${behaviour}): ${summary}`].join(
    '; ',
  );
}

function serverEnd(address: string): End {
  const [, bracketed, plain, digits] = /^(?:\[(.+)\]|(.*)):(\d+)$/.exec(address) ?? [];
  const host = bracketed ?? plain ?? '';
  // A name that was never resolved: an address for documentation stands for it (RFC 5737).
  return { ip: isIP(host) === 0 ? '192.0.2.1' : host, port: Number(digits ?? 0) };
}

/** Loopback speaks to loopback; else an address for documentation (RFC 5737, RFC 3849). */
function clientAddress(server: string): string {
  if (isIPv6(server)) return server === '::1' ? '::1' : '2001:db8::c';
  return server.startsWith('127.') ? '127.0.0.1' : '192.0.2.12';
}
