// What decoding keeps of one prompt's continuations, apart from the model: greedy decoding, and beam search as
// transformers 4.46 does it (generation/beam_search.py: BeamSearchScorer, BeamHypotheses).

export interface SearchOptions {
  /** Continuations that are followed at a time; with one, decoding is greedy. */
  readonly beams: number;
  /** At least one. */
  readonly maxNewTokens: number;
  /** Any of them ends a continuation. */
  readonly eosTokenIds: readonly number[];
}

/** A token that may come next. */
export interface Candidate {
  readonly token: number;
  /** In 32 bits. */
  readonly logProbability: number;
}

/** What goes on: a token, and the number of the continuation that it follows. */
export interface Step {
  readonly token: number;
  readonly parent: number;
}

/** The continuations of a prompt. At first there is one, the prompt's own end, number 0. */
export interface Search {
  readonly isDone: boolean;
  /**
   * Chooses how to go on.
   * @param candidates of each continuation that went on last, the {@link candidatesOf} best, the best first
   * @returns the continuations that go on now, at most `beams`; of no use once the search is done
   */
  advance(candidates: readonly (readonly Candidate[])[]): readonly Step[];
  /** The new tokens of the best, without the one that ended it. */
  best(): readonly number[];
}

/** How many tokens to consider after each continuation, so that enough are left where every end token is among them. */
export function candidatesOf({ beams, eosTokenIds }: SearchOptions): number {
  return beams === 1 ? 1 : beams * Math.max(2, 1 + eosTokenIds.length);
}

export function createSearch(options: SearchOptions): Search {
  return options.beams === 1 ? new GreedySearch(options) : new BeamSearch(options);
}

class GreedySearch implements Search {
  isDone = false;
  private readonly tokens: number[] = [];

  constructor(private readonly options: SearchOptions) {}

  advance(candidates: readonly (readonly Candidate[])[]): readonly Step[] {
    const [{ token }] = candidates[0] as [Candidate];
    const { eosTokenIds, maxNewTokens } = this.options;
    if (eosTokenIds.includes(token)) {
      this.isDone = true;
      return [];
    }
    this.tokens.push(token);
    this.isDone = this.tokens.length === maxNewTokens;
    return [{ token, parent: 0 }];
  }

  best(): readonly number[] {
    return this.tokens;
  }
}

interface Beam {
  readonly tokens: readonly number[];
  /** The sum of its tokens' log-probabilities, in 32 bits. */
  readonly sum: number;
}

class BeamSearch implements Search {
  isDone = false;
  private open: readonly Beam[] = [{ tokens: [], sum: 0 }];
  private readonly ended: EndedBeams;

  constructor(private readonly options: SearchOptions) {
    this.ended = new EndedBeams(options.beams);
  }

  advance(candidates: readonly (readonly Candidate[])[]): readonly Step[] {
    const { beams, eosTokenIds, maxNewTokens } = this.options;
    const ranked = candidates
      .flatMap((ofBeam, parent) =>
        ofBeam.map(({ token, logProbability }) => ({
          token,
          parent,
          sum: Math.fround(this.beam(parent).sum + logProbability),
        })),
      )
      .sort((a, b) => b.sum - a.sum)
      .slice(0, candidatesOf(this.options));
    const length = this.beam(0).tokens.length + 1;
    const next: (Step & { readonly sum: number })[] = [];
    for (const [rank, candidate] of ranked.entries()) {
      if (next.length === beams) break;
      const ends = eosTokenIds.includes(candidate.token);
      if (!ends) next.push(candidate);
      // The end token counts as one of the length, but only among the best is it taken.
      else if (rank < beams) this.ended.add(this.beam(candidate.parent).tokens, candidate.sum / length);
    }
    this.isDone = this.ended.areBetterThan((ranked[0]?.sum ?? -Infinity) / length);
    this.open = next.map(({ token, parent, sum }) => ({ tokens: [...this.beam(parent).tokens, token], sum }));
    if (!this.isDone && length === maxNewTokens) {
      for (const { tokens, sum } of this.open) this.ended.add(tokens, sum / length);
      this.isDone = true;
    }
    return next;
  }

  best(): readonly number[] {
    return this.ended.best();
  }

  private beam(number: number): Beam {
    return this.open[number] as Beam;
  }
}

/** The best continuations that ended, by log-probability a token (`length_penalty=1.0`, `early_stopping=False`). */
class EndedBeams {
  private readonly kept: { readonly tokens: readonly number[]; readonly score: number }[] = [];

  constructor(private readonly count: number) {}

  add(tokens: readonly number[], score: number): void {
    if (this.kept.length === this.count) {
      const worst = this.worst();
      if (score <= worst) return;
      this.kept.splice(
        this.kept.findIndex((each) => each.score === worst),
        1,
      );
    }
    this.kept.push({ tokens, score });
  }

  /** Whether there are enough, none worse than the best that is still open. */
  areBetterThan(score: number): boolean {
    return this.kept.length === this.count && this.worst() >= score;
  }

  /** The last of equals. */
  best(): readonly number[] {
    return this.kept.reduce((best, each) => (each.score >= best.score ? each : best)).tokens;
  }

  private worst(): number {
    return Math.min(...this.kept.map(({ score }) => score));
  }
}
