// What a run's limits ask for beyond the data that are there: a limit that limits nothing is no fault, but is said.
import type { RunConfig } from '../contracts/run-config.ts';
import type { RunRecord } from './schema.ts';

/** `limitTrain 5000, but 3668 examples are there`, a line each; none for what the record does not tell. */
export function limitsBeyond(
  { task: { limitTrain, limitEval, holdout }, training: { selectionHoldout } }: Pick<RunConfig, 'task' | 'training'>,
  { train, evaluation }: Pick<RunRecord['dataset'], 'train' | 'evaluation'>,
): string[] {
  const beside = holdout === null ? '' : ` beside the ${holdout} held out`;
  const there = train.drawn === null ? null : train.drawn + (selectionHoldout ?? 0);
  const short = (evaluation.scored ?? []).filter(({ examples }) => limitEval !== null && examples < limitEval);
  const sets = short.map(({ set, examples }) => `${examples} of ${set}`).join(', ');
  return [
    ...(limitTrain !== null && there !== null && there < limitTrain
      ? [`limitTrain ${limitTrain}, but ${there} examples are there${beside}`]
      : []),
    ...(sets === '' ? [] : [`limitEval ${limitEval}, but there are ${sets}`]),
  ];
}
