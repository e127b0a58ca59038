// Which examples swap the predictions of two methods, in every permutation: the same for all pairs of methods of a task.
import type { Stream } from '../random/streams.ts';
import type { Range } from './flat-scores.ts';

/** Examples whose bits share a byte. */
export const GROUP = 8;

/** Up to eight examples behind each other, all of one part. */
export interface SwapGroup extends Range {
  /** [permutations]: bit j says whether example start + j is swapped. */
  readonly masks: Uint8Array;
}

export interface Swaps {
  readonly permutations: number;
  /** Of each part, its groups. */
  readonly parts: readonly (readonly SwapGroup[])[];
}

/** Each example is swapped or not with equal chance, in every permutation anew. */
export function drawSwaps(parts: readonly Range[], stream: Stream, permutations: number): Swaps {
  return { permutations, parts: parts.map((part) => groupsOf(part, stream, permutations)) };
}

function groupsOf({ start, end }: Range, stream: Stream, permutations: number): SwapGroup[] {
  const groups: SwapGroup[] = [];
  for (let from = start; from < end; from += GROUP) {
    const masks = new Uint8Array(permutations);
    for (let p = 0; p < permutations; p += 4) {
      const word = stream.word();
      masks[p] = word;
      masks[p + 1] = word >>> 8;
      masks[p + 2] = word >>> 16;
      masks[p + 3] = word >>> 24;
    }
    groups.push({ start: from, end: Math.min(end, from + GROUP), masks });
  }
  return groups;
}
