// Text and tables that Markdown shows as they are.

/**
 * A Markdown table of plain texts whose columns line up as plain text too; the first `left` columns to the left, the rest
 * to the right.
 */
export function alignedTable(names: readonly string[], rows: readonly (readonly string[])[], left: number): string {
  const header = names.map(escaped);
  const body = rows.map((cells) => cells.map(escaped));
  return alignedLines(
    header,
    body,
    names.map((_, column) => column < left),
  );
}

/** The same of cells that are Markdown. @param isLeft of each column, whether it stands to the left */
export function alignedLines(
  header: readonly string[],
  body: readonly (readonly string[])[],
  isLeft: readonly boolean[],
): string {
  const widths = header.map((name, column) =>
    body.reduce((most, cells) => Math.max(most, (cells[column] ?? '').length), Math.max(3, name.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => pad(cells[column] ?? '', width, isLeft[column] ?? false)).join(' | ')} |`;
  const dashes = (width: number, column: number) => (isLeft[column] ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`);
  return [line(header), `| ${widths.map(dashes).join(' | ')} |`, ...body.map(line)].join('\n');
}

/** What Markdown would take for more than a letter, an underscore only where a word begins or ends. */
const MARKUP = /[\\|`*<~[\]]|&(?=#?\w+;)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
/** What has no sign of its own. */
const CONTROLS = /(?!\t)\p{Cc}/gu;

/** A text that Markdown shows as it is, on one line, in a table too. */
export function escaped(text: string): string {
  return text
    .replaceAll(/\s*[\r\n\u2028\u2029]\s*/g, ' ')
    .replaceAll(CONTROLS, '\uFFFD')
    .replaceAll(MARKUP, '\\$&');
}

function pad(text: string, width: number, left: boolean): string {
  return left ? text.padEnd(width) : text.padStart(width);
}
