// Where the words beside points stand: the first place of a few that covers neither a point nor other words.
import { lineHeight } from './svg.ts';
import { widthOf } from './text-lines.ts';

/** In pixels; y grows downwards. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Labelled {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  /** The point with its interval. */
  readonly box: Box;
}

export interface PlacedLabel {
  readonly text: string;
  readonly x: number;
  /** Of the letters' base. */
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly box: Box;
}

export type Side = 'right' | 'left' | 'above' | 'below';

const GAP = 3;

/**
 * In their order, beside their points or a few lines higher or lower; where every place is taken, the one that covers least.
 * @param taken what is not to be covered
 * @param room words that leave it are cut off
 * @param sides the best first
 */
export function placeLabels(
  labels: readonly Labelled[],
  { taken, room, size, sides }: { taken: readonly Box[]; room: Box; size: number; sides: readonly Side[] },
): PlacedLabel[] {
  const covered: Box[] = [...taken, ...labels.map(({ box }) => box)];
  const placed: PlacedLabel[] = [];
  for (const label of labels) {
    const places = [0, 1, -1, 2, -2, 3, -3].flatMap((lines) =>
      sides.map((side) => placeOf(label, side, { size, lines })),
    );
    const costs = places.map(({ box }) => Math.round(costOf(box, covered, room)));
    const best = places[costs.indexOf(Math.min(...costs))];
    if (best === undefined) continue;
    placed.push(best);
    covered.push(best.box);
  }
  return placed;
}

/** @param lines further down */
function placeOf(
  { text, x: across, y: down, box }: Labelled,
  side: Side,
  { size, lines }: { size: number; lines: number },
): PlacedLabel {
  const width = widthOf(text, size);
  const height = lineHeight(size);
  const at = (left: number, above: number, anchor: PlacedLabel['anchor']): PlacedLabel => {
    const top = above + lines * height;
    const own = { left, top, right: left + width, bottom: top + height };
    const x = { start: own.left, middle: (own.left + own.right) / 2, end: own.right }[anchor];
    return { text, x, y: top + 0.82 * height, anchor, box: own };
  };
  switch (side) {
    case 'right':
      return at(box.right + GAP, down - height / 2, 'start');
    case 'left':
      return at(box.left - GAP - width, down - height / 2, 'end');
    case 'above':
      return at(across - width / 2, box.top - height, 'middle');
    case 'below':
      return at(across - width / 2, box.bottom, 'middle');
  }
}

/** Square pixels covered; words outside cost more than words over words. */
function costOf(box: Box, covered: readonly Box[], room: Box): number {
  const own = areaOf(box);
  const outside = own - areaOf(sharedBy(box, room));
  return covered.reduce((sum, other) => sum + areaOf(sharedBy(box, other)), 10 * outside);
}

const areaOf = ({ left, top, right, bottom }: Box): number => Math.max(0, right - left) * Math.max(0, bottom - top);

function sharedBy(a: Box, b: Box): Box {
  return {
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  };
}

export const overlap = (a: Box, b: Box): boolean => areaOf(sharedBy(a, b)) > 0;
