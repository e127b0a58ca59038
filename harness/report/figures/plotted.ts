// Observable Plot without a browser: what it draws as text, and where it puts a value.
import * as Plot from '@observablehq/plot';
import { DOMParser } from 'linkedom';
import { hundredths } from './svg.ts';

export interface Plotted {
  /** What stands in the `<svg>` that Plot makes. */
  readonly markup: string;
  /** Pixels from the left, and from the top. */
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** What is used of the element that Plot returns; its own types need a browser's. */
interface Drawn {
  readonly children: Iterable<{ readonly localName: string; toString(): string }>;
  scale(name: 'x' | 'y'): { apply(value: number): number } | undefined;
}

/** Marks that clip, have arrow heads or patterns are numbered over the life of the process, and have no place here. */
export function plotted(options: Omit<Plot.PlotOptions, 'document'>): Plotted {
  const document = new DOMParser().parseFromString('<svg/>', 'image/svg+xml');
  const drawn: Drawn = Plot.plot({ ...options, document });
  const shapes = [...drawn.children].filter(({ localName }) => localName !== 'style');
  return {
    markup: shapes.map((shape) => tidied(shape.toString())).join('\n'),
    x: (value) => placeOf(drawn, 'x', value),
    y: (value) => placeOf(drawn, 'y', value),
  };
}

function placeOf(drawn: Drawn, name: 'x' | 'y', value: number): number {
  const scale = drawn.scale(name);
  if (scale === undefined) throw new Error(`no scale ${name}`);
  return scale.apply(value);
}

/** Tags alone are changed: words keep their quotes, but have no angle brackets. */
function tidied(markup: string): string {
  return markup.replaceAll(/<[^>]*>/g, (tag) =>
    tag
      .replaceAll(/ aria-(?:label|description|hidden)="[^"]*"/g, '')
      .replaceAll(/-?\d+\.\d{3,}(?:e[-+]?\d+)?/g, (number) => hundredths(Number(number)))
      .replace(/ \/>$/, '/>'),
  );
}
