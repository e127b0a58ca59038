// Code in a line of text, as Markdown has it: what stands between backticks is to be copied as it is.

/** With as many backticks as the code itself does not have. */
export function codeSpan(code: string): string {
  const runs = new Set((code.match(/`+/g) ?? []).map(({ length }) => length));
  let length = 1;
  while (runs.has(length)) length++;
  const [fence, room] = ['`'.repeat(length), /^`|`$|^ .* $/.test(code) ? ' ' : ''];
  return `${fence}${room}${code}${room}${fence}`;
}

/** A part of a line: words, or code without its backticks. */
export interface LinePart {
  readonly text: string;
  readonly isCode: boolean;
}

const SPAN = /(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)/gs;

/** A line's parts in order; backticks that nothing closes are words. */
export function lineParts(line: string): LinePart[] {
  const parts: LinePart[] = [];
  let end = 0;
  for (const { 0: whole, 2: code = '', index } of line.matchAll(SPAN)) {
    if (index > end) parts.push({ text: line.slice(end, index), isCode: false });
    parts.push({ text: withoutRoom(code), isCode: true });
    end = index + whole.length;
  }
  if (end < line.length) parts.push({ text: line.slice(end), isCode: false });
  return parts;
}

/** Of the spaces that stand within the backticks one on either side, which is there to keep them apart from the code's own. */
function withoutRoom(code: string): string {
  return /^ .*[^ ].* $/s.test(code) ? code.slice(1, -1) : code;
}
