import { linkTo, withLinks } from './links.ts';

/** Colours and links for a terminal; without them every function gives its text back as it is. */
export interface Palette {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly magenta: (text: string) => string;
  /** The documents that the text names become links. */
  readonly cites: (text: string) => string;
  /** The whole text becomes a link to the document that `reference` names. */
  readonly leadsTo: (text: string, reference: string) => string;
}

// Not `styleText` of node:util: newer Nodes let it read the environment, older ones do not, and
// here the caller has decided already.
const painted =
  (on: number, off: number) =>
  (text: string): string =>
    text === '' ? text : `\u001b[${on}m${text}\u001b[${off}m`;

const plain = (text: string): string => text;

const coloured: Palette = {
  bold: painted(1, 22),
  dim: painted(2, 22),
  red: painted(31, 39),
  green: painted(32, 39),
  yellow: painted(33, 39),
  magenta: painted(35, 39),
  cites: plain,
  leadsTo: plain,
};

const colourless: Palette = {
  bold: plain,
  dim: plain,
  red: plain,
  green: plain,
  yellow: plain,
  magenta: plain,
  cites: plain,
  leadsTo: plain,
};

/** The palette of SGR codes, with links where the terminal takes them, or the one that leaves text alone. */
export function palette(useColour: boolean, hasLinks = false): Palette {
  if (!useColour) return colourless;
  if (!hasLinks) return coloured;
  return {
    ...coloured,
    cites: withLinks,
    leadsTo: (text, reference) => linkTo(reference, text),
  };
}
