// How many columns of a terminal a text takes, and texts made to fit.
import { stripVTControlCharacters } from 'node:util';

/** East Asian characters of full width (Unicode Standard Annex 11), and what is drawn as a picture. */
const WIDE =
  /^[\u{1100}-\u{115F}\u{2E80}-\u{303E}\u{3041}-\u{33FF}\u{3400}-\u{4DBF}\u{4E00}-\u{9FFF}\u{A000}-\u{A4CF}\u{AC00}-\u{D7A3}\u{F900}-\u{FAFF}\u{FE30}-\u{FE6F}\u{FF00}-\u{FF60}\u{FFE0}-\u{FFE6}\u{20000}-\u{3FFFD}\p{Emoji_Presentation}]/u;
/** What is drawn over the character before, or not at all. */
const NONE = /^[\p{Mark}\p{Cf}]/u;

/** Colours take none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) width += columnsOf(character);
  return width;
}

function columnsOf(character: string): number {
  if (NONE.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** At most so many columns, with an ellipsis where it is cut. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let [part, width] = ['', 0];
  for (const character of text) {
    width += columnsOf(character);
    if (width > columns - 1) break;
    part += character;
  }
  return columns < 1 ? '' : `${part}…`;
}

/** Exactly so many columns. */
export function padded(text: string, columns: number): string {
  const own = cut(text, columns);
  return `${own}${' '.repeat(Math.max(0, columns - widthOf(own)))}`;
}

/** Those of the parts, in order, that fit between separators. */
export function fitted(parts: readonly string[], columns: number, separator = ' · '): string {
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line}${separator}${part}`;
    if (widthOf(longer) <= columns) line = longer;
  }
  return line;
}
