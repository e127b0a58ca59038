// The Pareto front: the points that no other beats, in two measures of which the larger or the smaller value is better.

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Direction {
  readonly isBetterHigher: boolean;
}

/** What no other beats, from the best x to the best y. */
export function frontOf<T extends Place>(points: readonly T[], x: Direction, y: Direction): T[] {
  const gainOf = (place: Place) => ({
    x: x.isBetterHigher ? place.x : -place.x,
    y: y.isBetterHigher ? place.y : -place.y,
  });
  const beats = (one: Place, other: Place): boolean => {
    const [a, b] = [gainOf(one), gainOf(other)];
    return a.x >= b.x && a.y >= b.y && (a.x > b.x || a.y > b.y);
  };
  return points
    .filter((own) => !points.some((other) => beats(other, own)))
    .sort((a, b) => gainOf(b).x - gainOf(a).x || gainOf(b).y - gainOf(a).y);
}
