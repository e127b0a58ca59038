// The Pareto front: what nothing else beats in both of two measures.

export interface Weighed {
  readonly x: number;
  readonly y: number;
}

/**
 * Places of the points that no other is as good as in both measures and better than in one; from the least x to the
 * greatest. @param rises whether the larger x, and the larger y, is better
 */
export function frontOf(points: readonly Weighed[], rises: { readonly x: boolean; readonly y: boolean }): number[] {
  const gain = ({ x, y }: Weighed) => ({ x: rises.x ? x : -x, y: rises.y ? y : -y });
  const gains = points.map(gain);
  const isBeaten = (own: Weighed) =>
    gains.some((other) => other.x >= own.x && other.y >= own.y && (other.x > own.x || other.y > own.y));
  return gains
    .flatMap((own, index) => (isBeaten(own) ? [] : [index]))
    .sort((a, b) => (points[a]?.x ?? 0) - (points[b]?.x ?? 0) || (points[a]?.y ?? 0) - (points[b]?.y ?? 0));
}
