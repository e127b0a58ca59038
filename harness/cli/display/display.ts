// What is under way, on stderr: drawn over itself on a terminal, elsewhere a line now and then.
import type { Display, Surroundings } from './activity.ts';
import { linesDisplay } from './lines.ts';
import { terminalDisplay } from './terminal.ts';

export function openDisplay(stream: NodeJS.WriteStream, surroundings: Surroundings = {}): Display {
  const isTerminal = stream.isTTY === true && process.env.TERM !== 'dumb';
  return isTerminal ? terminalDisplay(stream, surroundings) : linesDisplay(stream, surroundings.announces);
}
