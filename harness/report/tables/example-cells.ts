// What a figure speaks for, as cells: the sets that were scored, and the training examples read, drawn and seen.
import type { Evaluated, Examples } from '../examples.ts';
import { count, figureCell, left, NONE, right, type Source, words } from './cells.ts';
import type { Cell, Column } from './table.ts';

export const EXAMPLE_COLUMNS: readonly Column[] = [
  left('evaluated', 'evaluated on'),
  right('evaluation_read', 'of'),
  right('train_read', 'to train on'),
  right('train_drawn', 'drawn'),
  right('train_seen', 'seen'),
  right('steps'),
];

export function exampleCells(examples: Examples, source: Source): Readonly<Record<string, Cell>> {
  const { evaluated, evaluationRead, trainRead, trainDrawn, trainSeen, steps } = examples;
  return {
    evaluated: evaluatedCell(evaluated, source),
    evaluation_read: figureCell(evaluationRead, source, count),
    train_read: figureCell(trainRead, source, count),
    train_drawn: figureCell(trainDrawn, source, count),
    train_seen: figureCell(trainSeen, source, count),
    steps: figureCell(steps, source, count),
  };
}

function evaluatedCell({ text, reason }: Evaluated, source: Source): Cell {
  return { ...words(text ?? NONE, source), reason };
}
