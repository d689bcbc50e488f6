// How --help is laid out: one order of the groups for every command, and short lines for commands.
import { Help, type HelpConfiguration } from 'commander';
import { helpGroups } from './options/help-groups.ts';

const order: readonly string[] = Object.values(helpGroups);

/** Headings that are not in the list come first, in the order in which they were added. */
const rank = (heading: string): number => order.indexOf(heading);

/** What commander does in another way than by itself. */
export const helpLayout: HelpConfiguration = {
  groupItems(unsorted, visible, groupOf) {
    const groups = usual.groupItems(unsorted, visible, groupOf);
    return new Map([...groups].sort(([one], [other]) => rank(one) - rank(other)));
  },
  // "[options]" behind each name would take the room that the descriptions need.
  subcommandTerm: (command) => usual.subcommandTerm(command).replace(' [options]', ''),
};

const usual = new Help();
