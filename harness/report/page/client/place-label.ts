// Where a point's name goes: beside it, and where something is there, a line higher or lower.

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LabelPlace {
  readonly x: number;
  /** Of the base line. */
  readonly y: number;
  readonly anchor: 'start' | 'end';
  readonly box: Box;
}

/** Of the page's letters at 13 px, about. */
const LETTER = 7;
const LINE = 15;
const BESIDE = 12;
const OFFSETS = [0, -1, 1, -2, 2, -3, 3];

/** @param right the end of the plot */
export function placeLabel(text: string, x: number, y: number, taken: readonly Box[], right: number): LabelPlace {
  const width = LETTER * text.length;
  const anchors = x + BESIDE + width > right ? (['end'] as const) : (['start', 'end'] as const);
  const places = OFFSETS.flatMap((offset) => anchors.map((anchor) => placeAt(x, y + offset * LINE, width, anchor)));
  const free = places.find(({ box }) => box.x >= 0 && !taken.some((other) => overlap(box, other)));
  return free ?? placeAt(x, y, width, 'start');
}

function placeAt(x: number, y: number, width: number, anchor: 'start' | 'end'): LabelPlace {
  const at = anchor === 'start' ? x + BESIDE : x - BESIDE;
  const box = { x: anchor === 'start' ? at : at - width, y: y - LINE / 2, width, height: LINE };
  return { x: at, y: y + 4, anchor, box };
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
