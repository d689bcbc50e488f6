/** How a run names its clients: A, B, … Z, then AA, AB, … */
export function clientName(index: number): string {
  const letter = String.fromCharCode(0x41 + (index % 26));
  return index < 26 ? letter : clientName(Math.floor(index / 26) - 1) + letter;
}
