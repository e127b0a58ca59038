// A terminal of given columns and rows, as far as progress asks of one: what it shows after all that was written to it.
import { EventEmitter } from 'node:events';
import { widthOf } from '../../harness/cli/display/columns.ts';

interface Row {
  text: string;
  /** Whether the next row goes on with the same line. */
  broken: boolean;
}

export interface Terminal {
  readonly stream: NodeJS.WriteStream;
  /** All that was written, with what a terminal obeys. */
  readonly written: string;
  /** Rows, those that have gone out at the top too, without empty ones at the end. */
  readonly shown: readonly string[];
  resize(columns: number, rows?: number): void;
}

export function terminal(columns: number, rows = 24, hasColors = false): Terminal {
  const screen = new Screen(columns, rows);
  let written = '';
  const stream = Object.assign(new EventEmitter(), {
    isTTY: true,
    hasColors: () => hasColors,
    write(text: string) {
      written += text;
      screen.write(text);
      return true;
    },
  });
  Object.defineProperties(stream, { columns: { get: () => screen.columns }, rows: { get: () => screen.rows } });
  return {
    stream: stream as NodeJS.EventEmitter as NodeJS.WriteStream,
    get written() {
      return written;
    },
    get shown() {
      return screen.shown();
    },
    resize(toColumns, toRows = screen.rows) {
      screen.resize(toColumns, toRows);
      stream.emit('resize');
    },
  };
}

/** What begins a command. */
const SEQUENCE = '\u001B[';

class Screen {
  private all: Row[] = [{ text: '', broken: false }];
  private row = 0;

  constructor(
    public columns: number,
    public rows: number,
  ) {}

  write(text: string): void {
    for (let at = 0; at < text.length; ) {
      if (text.startsWith(SEQUENCE, at)) {
        const [whole, count = '', command] = /^(\d*)([A-Za-z])/.exec(text.slice(at + SEQUENCE.length)) ?? [];
        if (whole === undefined)
          throw new Error(`the terminal does not know ${JSON.stringify(text.slice(at, at + 8))}`);
        this.obey(command, Number(count || 1));
        at += SEQUENCE.length + whole.length;
      } else {
        const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
        this.put(character);
        at += character.length;
      }
    }
  }

  private obey(command: string | undefined, count: number): void {
    if (command === 'A') this.up(count);
    else if (command === 'J') this.all = [...this.all.slice(0, this.row), { text: '', broken: false }];
    // Colours.
    else if (command !== 'm') throw new Error(`the terminal does not know the command ${command}`);
  }

  shown(): string[] {
    const rows = this.all.map(({ text }) => text);
    while (rows.at(-1) === '') rows.pop();
    return rows;
  }

  /** Lines are broken anew, as most terminals do; the cursor stays at the end. */
  resize(columns: number, rows: number): void {
    [this.columns, this.rows] = [columns, rows];
    const lines: string[] = [''];
    for (const { text, broken } of this.all) {
      lines.push(`${lines.pop() ?? ''}${text}`);
      if (!broken) lines.push('');
    }
    lines.pop();
    this.all = [{ text: '', broken: false }];
    this.row = 0;
    for (const [index, line] of lines.entries()) this.write(index === 0 ? line : `\n${line}`);
  }

  private up(count: number): void {
    const top = Math.max(0, this.all.length - this.rows);
    this.row = Math.max(top, this.row - count);
  }

  private put(character: string): void {
    if (character === '\r') return;
    const own = this.all[this.row] as Row;
    if (character === '\n') {
      this.row++;
      this.all[this.row] ??= { text: '', broken: false };
      return;
    }
    if (widthOf(own.text) + widthOf(character) > this.columns) {
      own.broken = true;
      this.row++;
      this.all[this.row] = { text: character, broken: false };
    } else own.text += character;
  }
}
