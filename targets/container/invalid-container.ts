/** The container cannot be had as it was asked for; the message says why and what to write. */
export class InvalidContainer extends Error {
  override readonly name = 'InvalidContainer';
}
