// SVG as text: elements, words that are escaped, and a sign in the place of what XML has no way to write.
import { linesOf } from './text-lines.ts';

type Attributes = Readonly<Record<string, string | number>>;

/** Something drawn from its own top left corner, in pixels. */
export interface Block {
  readonly markup: string;
  readonly height: number;
}

/** What a chart comes to, from the top. */
export interface Drawing {
  readonly blocks: readonly Block[];
  /** What could not be drawn, a line each. */
  readonly notes: readonly string[];
}

/** @param content markup: words go through {@link escaped} */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? hundredths(value) : value)}"`)
    .join('');
  const inner = content.join('');
  return inner === '' ? `<${name}${written}/>` : `<${name}${written}>${inner}</${name}>`;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A document as XML can hold it. */
export function writable(markup: string): string {
  return markup.replaceAll(UNWRITABLE, '\ufffd');
}

const UNWRITABLE = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** Finer than any screen, and the same wherever the last bits of a logarithm differ. */
export const hundredths = (value: number): string => String(Number(value.toFixed(2)));

export interface Lettering {
  readonly size: number;
  readonly bold?: boolean;
  /** Most lines. */
  readonly most?: number;
}

/** Words in lines from the left, as wide as there is room. */
export function paragraph(text: string, width: number, { size, bold = false, most }: Lettering): Block {
  const lines = linesOf(text, bold ? size * BOLDER : size, width, most);
  return {
    markup: lettering(lines, { x: 0, y: size, size, bold, anchor: 'start' }),
    height: lines.length * lineHeight(size),
  };
}

/** How much wider bold letters are. */
const BOLDER = 1.12;

export const lineHeight = (size: number): number => Math.round(size * 1.3);

interface Placed extends Lettering {
  readonly x: number;
  /** Of the first line's base. */
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  /** Set off from what it is written over. */
  readonly halo?: boolean;
}

/** A `<text>` of one line or several; nothing of none. */
export function lettering(lines: readonly string[], { x, y, size, bold, anchor, halo }: Placed): string {
  if (lines.length === 0) return '';
  const look = {
    ...{ x, y, 'font-size': size, 'text-anchor': anchor },
    ...(bold && { 'font-weight': 'bold' }),
    ...(halo && {
      class: 'halo',
      stroke: PAPER,
      'stroke-width': 3,
      'stroke-linejoin': 'round',
      'paint-order': 'stroke',
    }),
  };
  const [first = ''] = lines;
  if (lines.length === 1) return element('text', look, escaped(first));
  const spans = lines.map((line, i) => element('tspan', { x, dy: i === 0 ? 0 : lineHeight(size) }, escaped(line)));
  return element('text', look, ...spans);
}

/** Where no page says otherwise: see draw.ts. */
export const PAPER = '#ffffff';
export const INK = '#222222';

export function moved(x: number, y: number, ...content: readonly string[]): string {
  return element('g', { transform: `translate(${hundredths(x)},${hundredths(y)})` }, ...content);
}

/** Below each other. */
export function stacked(blocks: readonly Block[], gap: number): Block {
  let top = 0;
  const markup: string[] = [];
  for (const block of blocks) {
    markup.push(moved(0, top, block.markup));
    top += block.height + gap;
  }
  return { markup: markup.join('\n'), height: Math.max(0, top - gap) };
}
