// The documents' servers on the command line: `--document ID`.
import type { DocumentCard } from '../../../targets/documents/card.ts';
import type { Target } from '../../../targets/target.ts';
import { UsageError } from '../command.ts';
import type { ContractOptions } from './contract-options.ts';

/** What `--document` names when every documented server is meant. */
export const everyDocument = 'all';

/** Servers that never answer, or that die at each rough client, take longer than others. */
export const documentLimitMs = 180_000;

/**
 * The card of the document's server `id`.
 * @throws {UsageError} when there is none of that name, with the nearest names
 */
export async function findDocument(id: string): Promise<DocumentCard> {
  const { documents } = await import('../../../targets/documents/documents.ts');
  const card = documents.find((one) => one.id === id);
  if (card !== undefined) return card;
  if (id === everyDocument) {
    throw new UsageError('--document all works only for testing: name one server here.');
  }
  const { nearestNames } = await import('../../text/nearest-names.ts');
  const near = nearestNames(
    id,
    documents.map((one) => one.id),
  );
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  throw new UsageError(
    `There is no documented server ${JSON.stringify(id)}.${hint} \`conform list documents\` shows them all.`,
  );
}

/**
 * The target of the document's server `id`.
 * @throws {UsageError} when there is none of that name
 */
export async function openDocument(id: string, native: boolean): Promise<Target> {
  const card = await findDocument(id);
  const { documentTarget } = await import('../../../targets/documents/document-target.ts');
  return await documentTarget(card, { native });
}

/**
 * What the server named by the options promises: its card says so, but for what the options say.
 * @throws {UsageError} when they name a documented server that there is not
 */
export async function promisedBy(
  options: ContractOptions & { readonly document?: string },
): Promise<ContractOptions> {
  // A contract of the user's own replaces the card's as a whole.
  if (options.document === undefined || options.contract !== undefined) return options;
  const { contract } = await findDocument(options.document);
  return {
    contract: contract.id,
    serves: contract.serves,
    ...(contract.end === undefined ? {} : { end: Buffer.from(contract.end) }),
    ...options,
  };
}
