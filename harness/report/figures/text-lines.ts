// How wide words are where no browser can be asked, and the lines that they fit into. The estimate errs on the wide side.

/** Ems of a wide sans-serif face (DejaVu Sans); most fonts are narrower. */
const NARROW = 0.36;
const USUAL = 0.64;
const CAPITAL = 0.77;
const WIDE = 1;

/** Pixels. */
export function widthOf(text: string, size: number): number {
  let ems = 0;
  for (const character of text) ems += emsOf(character);
  return ems * size;
}

function emsOf(character: string): number {
  if (/[ijlIft.,:;'|!()[\] ]/.test(character)) return NARROW;
  if (/[mwMW@%\u2013-\u2026]/.test(character) || (character.codePointAt(0) ?? 0) >= FULL_WIDTH) return WIDE;
  return /[A-Z~+=<>#&]/.test(character) ? CAPITAL : USUAL;
}

/** From here on scripts are mostly written in squares. */
const FULL_WIDTH = 0x1100;

/**
 * Breaks after spaces, then after signs that join words, then anywhere.
 * @param most lines; the last of more ends in an ellipsis
 */
export function linesOf(text: string, size: number, width: number, most = Number.POSITIVE_INFINITY): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of piecesOf(text, size, width)) {
    if (line !== '' && widthOf((line + piece).trimEnd(), size) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  if (line !== '') lines.push(line.trimEnd());
  if (lines.length <= most) return lines;
  const rest = lines.slice(most - 1).join(' ');
  return [...lines.slice(0, most - 1), cut(rest, size, width)];
}

/** What stays together in a line if it can. */
function piecesOf(text: string, size: number, width: number): string[] {
  const words = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  return words.flatMap((word) => {
    const whole = `${word} `;
    if (widthOf(word, size) <= width) return [whole];
    const parts = whole.match(/[^-/_,:=]*[-/_,:=]+ ?|[^-/_,:=]+/g) ?? [whole];
    return parts.flatMap((part) => (widthOf(part.trimEnd(), size) <= width ? [part] : charactersOf(part, size, width)));
  });
}

/** Runs of characters as long as a line. */
function charactersOf(text: string, size: number, width: number): string[] {
  const runs: string[] = [];
  let run = '';
  for (const character of text) {
    if (run !== '' && widthOf(run + character, size) > width) {
      runs.push(run);
      run = '';
    }
    run += character;
  }
  return [...runs, run];
}

const ELLIPSIS = '\u2026';

function cut(text: string, size: number, width: number): string {
  let kept = '';
  for (const character of text) {
    if (widthOf(kept + character + ELLIPSIS, size) > width) return `${kept.trimEnd()}${ELLIPSIS}`;
    kept += character;
  }
  return kept;
}
