// The last lines of what a terminal shows, drawn anew over themselves; what stays is printed above them.
import { widthOf } from './columns.ts';

/** Where a terminal does not say. */
const USUAL = { columns: 80, rows: 24 };

export class Region {
  private drawn: readonly string[] = [];

  constructor(private readonly stream: NodeJS.WriteStream) {}

  get columns(): number {
    return this.stream.columns || USUAL.columns;
  }

  get rows(): number {
    return this.stream.rows || USUAL.rows;
  }

  /** @param lines none longer than the columns, and fewer than the rows: the cursor stands below them */
  draw(lines: readonly string[]): void {
    const isSame = lines.length === this.drawn.length && lines.every((line, i) => line === this.drawn[i]);
    if (!isSame) this.write('', lines);
  }

  /** After a resize the terminal has broken the lines elsewhere. */
  redraw(lines: readonly string[]): void {
    this.write('', lines);
  }

  print(line: string): void {
    this.write(`${line}\n`, this.drawn);
  }

  clear(): void {
    if (this.drawn.length > 0) this.write('', []);
  }

  /** At once, so that nothing flickers. */
  private write(kept: string, lines: readonly string[]): void {
    const rows = this.drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / this.columns)), 0);
    const erase = rows === 0 ? '' : `\r\u001B[${rows}A\u001B[J`;
    this.drawn = lines;
    this.stream.write(`${erase}${kept}${lines.map((line) => `${line}\n`).join('')}`);
  }
}
