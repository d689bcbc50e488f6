// The record of a reference, as data.
import type { Told } from '../../../clients/shapes/shape.ts';
import type * as shapes from './record-shapes.ts';

export type RecordedBehaviour = Told<typeof shapes.recordedBehaviour>;
export type RecordedConversation = Told<typeof shapes.recordedConversation>;

type Head = Told<typeof shapes.recordHead>;

export interface ReferenceRecord extends Pick<
  Head,
  'conform' | 'target' | 'contract' | 'seed' | 'suite'
> {
  /** Sorted by their ids. */
  readonly behaviours: readonly RecordedBehaviour[];
  /** In the order in which they are played. */
  readonly conversations: readonly RecordedConversation[];
}
