// A drawn figure read back as a reader sees it: the scale from the ticks' own words, and what stands where.
import { Resvg } from '@resvg/resvg-js';
import { DOMParser } from 'linkedom';

/** An element in its place on the whole picture. */
export interface Shape {
  readonly tag: string;
  readonly classes: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  /** Without that of its title. */
  readonly words: string;
  readonly title: string | null;
  /** Of its centre, or of where it starts; moved as its groups are. */
  readonly x: number;
  readonly y: number;
}

interface Node {
  readonly nodeType: number;
  readonly localName: string;
  readonly textContent: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly childNodes: Iterable<Node>;
}

/** @throws where it is not XML: resvg's parser is strict, linkedom's is not */
export function shapesOf(svg: string): Shape[] {
  new Resvg(svg, { font: { loadSystemFonts: false } });
  const root: Node | null = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  return root === null ? [] : walk(root, { x: 0, y: 0, inherited: {} });
}

interface Around {
  readonly x: number;
  readonly y: number;
  /** Attributes and classes of the groups. */
  readonly inherited: Readonly<Record<string, string>>;
}

function walk(node: Node, around: Around): Shape[] {
  const own = Object.fromEntries([...node.attributes].map(({ name, value }) => [name, value]));
  const [, dx = '0', dy = '0'] = /^translate\(([-\d.e]+),([-\d.e]+)\)/.exec(own.transform ?? '') ?? [];
  const at = { x: around.x + Number(dx), y: around.y + Number(dy) };
  const { transform: _, ...passed } = own;
  const classes = [around.inherited.class, own.class].filter((each) => each !== undefined).join(' ');
  const inherited = { ...around.inherited, ...passed, class: classes };
  const children = [...node.childNodes].filter(({ nodeType }) => nodeType === 1);
  const title = children.find(({ localName }) => localName === 'title')?.textContent ?? null;
  const words = [...node.childNodes]
    .filter(({ localName }) => localName !== 'title')
    .map(({ nodeType, textContent }) => (nodeType === 1 ? ` ${textContent}` : textContent));
  const shape = {
    ...{ tag: node.localName, classes: classes.split(' ').filter((each) => each !== ''), attributes: inherited },
    ...{ words: words.join('').trim(), title },
    x: at.x + Number(own.cx ?? own.x ?? own.x1 ?? 0),
    y: at.y + Number(own.cy ?? (node.localName === 'text' ? 0 : own.y) ?? own.y1 ?? 0),
  };
  return [shape, ...children.flatMap((child) => walk(child, { ...at, inherited }))];
}

export const ofClass = (shapes: readonly Shape[], ...classes: readonly string[]): Shape[] =>
  shapes.filter(
    (shape) => shape.tag !== 'g' && shape.tag !== 'title' && classes.every((each) => shape.classes.includes(each)),
  );

const UNITS: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, B: 1e9, T: 1e12 };

/** Of a tick's words. */
export function numberOf(words: string): number {
  const plain = words.replaceAll('\u2212', '-');
  const unit = UNITS[plain.slice(-1)];
  return unit === undefined ? Number(plain) : unit * Number(plain.slice(0, -1));
}

/** Where an axis puts a value, by its first and its last tick. */
export function scaleOf(shapes: readonly Shape[], axis: 'x' | 'y', type: 'linear' | 'log'): (value: number) => number {
  const ticks = ofClass(shapes, `${axis}-ticks`).filter(({ tag }) => tag === 'text');
  const [first, last] = [ticks[0], ticks.at(-1)];
  if (first === undefined || last === undefined || first === last) throw new Error(`too few ticks along ${axis}`);
  const along = (value: number) => (type === 'log' ? Math.log(value) : value);
  const [from, to] = [along(numberOf(first.words)), along(numberOf(last.words))];
  return (value) => first[axis] + ((along(value) - from) / (to - from)) * (last[axis] - first[axis]);
}
