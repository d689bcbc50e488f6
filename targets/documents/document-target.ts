// A document's server as a target: in its container, or built with what this machine has.
import { TargetUnavailable, type Address, type Target } from '../target.ts';
import type { DocumentCard } from './card.ts';
import { buildDocument, documentFolder } from './documents.ts';

export interface DocumentTargetOptions {
  /** Builds and starts it on this machine, without a container; false by default. */
  readonly native?: boolean;
}

/**
 * The target of `card`'s server; nothing is started yet. In a container, the image is built when
 * the target starts; natively, it is built at once, and that it cannot be shows at the start too.
 */
export async function documentTarget(
  card: DocumentCard,
  { native = false }: DocumentTargetOptions = {},
): Promise<Target> {
  if (!native) {
    const { containerTarget } = await import('../container/container.ts');
    return containerTarget({
      from: { kind: 'build', folder: documentFolder(card) },
      port: card.port,
      label: card.id,
      withoutEngine: 'it is built and started on this machine by --native',
    });
  }
  const [{ launchTarget }, { ownFolder }] = await Promise.all([
    import('../launch/launch.ts'),
    import('../cleanup/own-folder.ts'),
  ]);
  // Never removed before we go: the target may be started again as long as this process lives.
  const { path } = await ownFolder('conform-document-');
  const built = await buildDocument(card, path);
  return built.kind === 'built'
    ? launchTarget({ command: built.command })
    : notBuilt(card, built.reason);
}

/** A target that cannot be had: whoever starts it is told why. */
function notBuilt({ id }: DocumentCard, reason: string): Target {
  const start = (): Promise<never> =>
    Promise.reject(
      new TargetUnavailable(
        `${id} cannot be built on this machine: ${reason}. Leave --native out.`,
      ),
    );
  return {
    kind: 'launch',
    label: id,
    get address(): Address {
      throw new TypeError('A server that was never started has no address.');
    },
    generation: 0,
    restartable: false,
    start,
    restart: start,
    health: () => ({ kind: 'unseen' }),
    listening: () => false,
    snapshot: () => Promise.resolve({ kind: 'unseen', reason }),
    lifecycle: undefined,
    console: undefined,
    stop: () => Promise.resolve(),
  };
}
