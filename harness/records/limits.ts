// What a run's limits ask for beyond the data that are there: a limit that limits nothing is no fault, but is said.
import type { RunConfig } from '../contracts/run-config.ts';
import type { RunRecord } from './schema.ts';

/** `limitTrain 5000, but 3668 examples are there`, a line each; none for what the record does not tell. */
export function limitsBeyond(
  { limitTrain, limitEval, holdout }: RunConfig['task'],
  { train, evaluation }: Pick<RunRecord['dataset'], 'train' | 'evaluation'>,
): string[] {
  const beside = holdout === null ? '' : ` beside the ${holdout} held out`;
  const short = (evaluation.scored ?? []).filter(({ examples }) => limitEval !== null && examples < limitEval);
  const sets = short.map(({ set, examples }) => `${examples} of ${set}`).join(', ');
  return [
    ...(limitTrain !== null && train.drawn !== null && train.drawn < limitTrain
      ? [`limitTrain ${limitTrain}, but ${train.drawn} examples are there${beside}`]
      : []),
    ...(sets === '' ? [] : [`limitEval ${limitEval}, but there are ${sets}`]),
  ];
}
