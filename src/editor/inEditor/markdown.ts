import { visibleText } from '../text/visibleText.ts';

// Every ASCII character that Markdown can give a meaning to; a backslash before any of them makes it plain
// (CommonMark, "Backslash escapes"), and takes their meaning from addresses that would become links by themselves.
const meaningful = /[!-/:-@[-`{-~]/g;

/** Text from anywhere as it may stand inside a line of Markdown: seen as it is, and never a link, an icon or a tag. */
export function escapedMarkdown(text: string): string {
  return visibleText(text, 500).replace(meaningful, (character) => `\\${character}`);
}

/** A link that runs a command of ours with these arguments when it is clicked; `label` and `tip` are our own words. */
export function commandLink(label: string, command: string, args: readonly unknown[], tip: string): string {
  // Brackets end a link's target, and encodeURIComponent leaves them alone.
  const query =
    args.length === 0
      ? ''
      : `?${encodeURIComponent(JSON.stringify(args)).replace(/[()']/g, (character) => `%${character.charCodeAt(0).toString(16)}`)}`;
  return `[${escapedMarkdown(label)}](command:${command}${query} "${escapedMarkdown(tip)}")`;
}
