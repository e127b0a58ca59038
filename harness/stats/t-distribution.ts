// Student's t distribution, which is the normal one where the degrees of freedom are infinite.
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import tQuantileOf from '@stdlib/stats-base-dists-t-quantile';

/** The t that a share `p` of the distribution lies below. @param p in (0, 1) @param degreesOfFreedom above 0 */
export function tQuantile(p: number, degreesOfFreedom: number): number {
  return degreesOfFreedom === Infinity ? normalQuantile(p, 0, 1) : tQuantileOf(p, degreesOfFreedom);
}

/** The share of the distribution at `t` and above. */
export function upperTail(t: number, degreesOfFreedom: number): number {
  return degreesOfFreedom === Infinity ? normalCdf(-t, 0, 1) : tCdf(-t, degreesOfFreedom);
}

/** The share of the distribution that is as far from 0 as `t`, or farther. */
export function bothTails(t: number, degreesOfFreedom: number): number {
  return Math.min(1, 2 * upperTail(Math.abs(t), degreesOfFreedom));
}
