// A drawn chart as a part of the page: only what draws is taken over, and what it draws with stands in attributes, as the
// page's policy allows no style of its own.
import { DOMParser } from 'linkedom';
import { type Attributes, element, type Markup } from './html.ts';

/** What of a parsed document is read. */
interface ParsedNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly nodeValue: string | null;
  readonly childNodes: Iterable<ParsedNode>;
  readonly attributes?: Iterable<{ readonly name: string; readonly value: string }>;
}

const ELEMENT = 1;
const TEXT = 3;

const ELEMENTS = new Set([
  ...['svg', 'g', 'path', 'line', 'polyline', 'polygon', 'rect', 'circle', 'ellipse', 'text', 'tspan'],
  ...['title', 'desc', 'defs', 'clipPath', 'marker', 'pattern'],
]);

/** Of each element: where it lies, what it looks like, and what it is called. */
const ATTRIBUTES = new Set([
  ...['x', 'y', 'x1', 'x2', 'y1', 'y2', 'dx', 'dy', 'cx', 'cy', 'r', 'rx', 'ry', 'd', 'points', 'width', 'height'],
  ...['viewBox', 'preserveAspectRatio', 'transform', 'id', 'clip-path', 'markerWidth', 'markerHeight', 'refX', 'refY'],
  ...['orient', 'markerUnits', 'patternUnits', 'patternTransform'],
  ...['textLength', 'lengthAdjust', 'rotate'],
]);

/** What is of the paper's colour, for a page that is dark. */
const PAPER = /^(paper|halo)$/;

/** What an attribute may say that a style says too. */
const LOOKS = new Set([
  ...['fill', 'fill-opacity', 'fill-rule', 'opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray'],
  ...['stroke-linecap', 'stroke-linejoin', 'stroke-miterlimit', 'color', 'font-family', 'font-size', 'font-weight'],
  ...['font-style', 'font-variant', 'text-anchor', 'dominant-baseline', 'alignment-baseline', 'paint-order'],
  ...['marker-start', 'marker-mid', 'marker-end', 'visibility', 'overflow', 'letter-spacing'],
]);

/**
 * @param title what the chart is called to those who do not see it
 * @param prefix of ids, which another chart may have too
 * @throws Error where the text holds no svg element
 */
export function cleanSvg(svg: string, title: string, prefix: string): Markup {
  const root: ParsedNode | null = new DOMParser().parseFromString(svg, 'image/svg+xml').querySelector('svg');
  if (root === null) throw new Error(`${title}: its drawing is no svg element`);
  const attributes = { ...attributesOf(root, prefix), role: 'img', 'aria-label': title, class: 'chart' };
  return element('svg', attributes, childrenOf(root, prefix));
}

function childrenOf(node: ParsedNode, prefix: string): (Markup | string)[] {
  return Array.from(node.childNodes).flatMap((child): (Markup | string)[] => {
    if (child.nodeType === TEXT) return [child.nodeValue ?? ''];
    if (child.nodeType !== ELEMENT || !ELEMENTS.has(child.nodeName)) return [];
    return [element(child.nodeName, attributesOf(child, prefix), childrenOf(child, prefix))];
  });
}

function attributesOf({ attributes = [] }: ParsedNode, prefix: string): Attributes {
  const all = Array.from(attributes).flatMap(({ name, value }) =>
    name === 'style' ? declarations(value) : [[name, value]],
  );
  const kept = all.flatMap(([name = '', value = '']): [string, string][] => {
    if (name === 'id') return [[name, `${prefix}${value}`]];
    if (name === 'class') return PAPER.test(value) ? [[name, value]] : [];
    if (!ATTRIBUTES.has(name) && !LOOKS.has(name)) return [];
    // Only what stands in the chart itself is referred to.
    const own = value.replaceAll(/url\(\s*["']?#([^"')\s]+)["']?\s*\)/g, (_, id: string) => `url(#${prefix}${id})`);
    return /url\((?!#)/i.test(own) ? [] : [[name, own]];
  });
  return Object.fromEntries(kept);
}

/** `fill: none; stroke-width: 2` */
function declarations(style: string): string[][] {
  return style.split(';').map((each) => {
    const colon = each.indexOf(':');
    return [each.slice(0, Math.max(0, colon)).trim(), each.slice(colon + 1).trim()];
  });
}
