// How clients are named: A, B, … Z, then AA, AB, …

/** The name of the client of that number, from 0 on. */
export function clientName(index: number): string {
  const letter = String.fromCharCode(0x41 + (index % 26));
  return index < 26 ? letter : clientName(Math.floor(index / 26) - 1) + letter;
}

/** The number of the client that {@link clientName} named so; other names have none that means anything. */
export function clientNumber(name: string): number {
  return Array.from(name).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 0x40, 0) - 1;
}
