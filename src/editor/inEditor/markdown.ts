import { visibleText } from '../text/visibleText.ts';

// All ASCII characters that can have a meaning in Markdown. A backslash before them makes them plain text (CommonMark,
// "Backslash escapes"), and keeps addresses from becoming links.
const meaningful = /[!-/:-@[-`{-~]/g;

/** Untrusted text, escaped for a line of Markdown: it is shown as it is, and never becomes a link, an icon or a tag. */
export function escapedMarkdown(text: string): string {
  return visibleText(text, 500).replace(meaningful, (character) => `\\${character}`);
}

/** A link that runs one of our commands with these arguments; `label` and `tip` are our own texts. */
export function commandLink(label: string, command: string, args: readonly unknown[], tip: string): string {
  // encodeURIComponent leaves parentheses and quotes as they are, and these would end the link's target.
  const query =
    args.length === 0
      ? ''
      : `?${encodeURIComponent(JSON.stringify(args)).replace(/[()']/g, (character) => `%${character.charCodeAt(0).toString(16)}`)}`;
  return `[${escapedMarkdown(label)}](command:${command}${query} "${escapedMarkdown(tip)}")`;
}
