// The scores of the runs that have ended, as a small table: a row a method, a column a task, or a line each where that is too wide.
import type { RunRecord } from '../../records/schema.ts';
import { printableLine } from '../../contracts/printable.ts';
import { cut, padded, widthOf } from './columns.ts';

interface Cell {
  readonly model: string;
  readonly label: string;
  readonly task: string;
  readonly values: number[];
}

export class ScoresSoFar {
  private readonly cells = new Map<string, Cell>();

  /** Final runs alone have a part, and those whose metric is defined. */
  add(record: RunRecord): void {
    const { config } = record;
    if (config.purpose !== 'final' || record.status !== 'completed') return;
    const { value } = record.metrics.primary;
    if (value === null) return;
    const [model, label, task] = [config.model, config.method.label, config.task.id].map(printableLine) as [
      string,
      string,
      string,
    ];
    const key = JSON.stringify([model, label, task]);
    const cell = this.cells.get(key) ?? { model, label, task, values: [] };
    cell.values.push(value);
    this.cells.set(key, cell);
  }

  /** `0.6825 (2)` is the mean of two runs. Nothing before the first. */
  lines(columns: number): string[] {
    const cells = [...this.cells.values()];
    if (cells.length === 0) return [];
    const severalModels = new Set(cells.map(({ model }) => model)).size > 1;
    const nameOf = ({ model, label }: Cell) => (severalModels ? `${label} · ${model}` : label);
    const [names, tasks] = [[...new Set(cells.map(nameOf))], [...new Set(cells.map(({ task }) => task))]];
    const rows = names.map((name) => [
      name,
      ...tasks.map((task) => {
        const own = cells.find((cell) => nameOf(cell) === name && cell.task === task);
        return own === undefined ? '' : text(own);
      }),
    ]);
    const table = [['', ...tasks], ...rows];
    const widths = ['', ...tasks].map((_, column) => Math.max(...table.map((row) => widthOf(row[column] ?? ''))));
    const whole = widths.reduce((sum, width) => sum + width + GAP, -GAP);
    if (whole <= columns) {
      return table.map((row) =>
        row
          .map((each, column) => padded(each, widths[column] ?? 0))
          .join(' '.repeat(GAP))
          .trimEnd(),
      );
    }
    const longest = Math.max(...cells.map((cell) => widthOf(text(cell))));
    return cells.map((cell) => {
      const title = cut(`${nameOf(cell)} · ${cell.task}`, Math.max(0, columns - longest - 1));
      return `${text(cell)} ${' '.repeat(longest - widthOf(text(cell)))}${title}`;
    });
  }
}

const GAP = 2;

function text({ values }: Cell): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return `${mean.toFixed(4)} (${values.length})`;
}
