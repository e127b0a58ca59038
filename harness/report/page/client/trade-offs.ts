// The plot of any two measures of a task's methods, with the front of those that no other beats in both.
import { frontOf } from '../../figures/front.ts';
import { MEASURES, type Measure } from '../measures.ts';
import type { PlottedRow } from '../payload.ts';
import { data, distinct } from './data.ts';
import { el, select } from './dom.ts';
import { drawPlot, type PlotPoint } from './plot.ts';

/** Below it the plot is not made narrower: it scrolls. */
const NARROWEST = 300;
const WIDEST = 860;

export function addTradeOffs(): void {
  const place = document.getElementById('plot');
  if (place === null) return;
  const tasks = distinct(data.rows.map(taskName));
  const measures = MEASURES.map(({ name, title }) => ({ value: name, text: title }));
  const draw = (): void => {
    const [x, y] = [measureOf(across.value()), measureOf(up.value())];
    const { points, without } = pointsOf(task.value(), x, y);
    const width = Math.min(WIDEST, Math.max(NARROWEST, drawing.clientWidth));
    const front = frontOf(points, { isBetterHigher: x.rises }, { isBetterHigher: y.rises });
    drawing.replaceChildren(...(points.length === 0 ? [] : [drawPlot(points, front, x, y, width)]));
    const labels = (of: readonly string[]) => of.join(', ');
    const names = front.map(({ label }) => label);
    told.textContent = [
      points.length === 0 ? 'No method has both figures.' : `On the front: ${labels(names)}.`,
      ...(without.length === 0 ? [] : [`Without both figures: ${labels(without)}.`]),
    ].join(' ');
  };
  const task = select(
    'Task',
    tasks.map((name) => ({ value: name, text: name })),
    tasks[0] ?? '',
    draw,
  );
  const up = select('Upwards', measures, 'quality', draw);
  const across = select('Across', measures, 'trainable', draw);
  const drawing = el('div', { class: 'drawing' });
  const told = el('p', { class: 'told', role: 'status' });
  const controls = el(
    'div',
    { class: 'controls' },
    ...(tasks.length > 1 ? [task.element] : []),
    up.element,
    across.element,
  );
  place.append(controls, drawing, told);
  draw();
  let width = drawing.clientWidth;
  new ResizeObserver(() => {
    if (drawing.clientWidth === width) return;
    width = drawing.clientWidth;
    draw();
  }).observe(drawing);
}

const MODELS = distinct(data.rows.map(({ model }) => model));
const LABELS = distinct(data.rows.map(({ label }) => label));

function taskName({ model, task }: PlottedRow): string {
  return MODELS.length > 1 ? `${task}, ${model}` : task;
}

function measureOf(name: string): Measure {
  const found = MEASURES.find((measure) => measure.name === name);
  if (found === undefined) throw new Error(`no measure ${name}`);
  return found;
}

function pointsOf(task: string, x: Measure, y: Measure) {
  const rows = data.rows.filter((row) => taskName(row) === task);
  const found = rows.map((row) => ({
    row,
    x: row.measures[MEASURES.indexOf(x)],
    y: row.measures[MEASURES.indexOf(y)],
  }));
  const points = found.flatMap((each): PlotPoint[] => {
    if (!each.x || !each.y) return [];
    const look = LABELS.indexOf(each.row.label);
    return [
      {
        label: each.row.label,
        look,
        x: each.x[0],
        y: each.y[0],
        spreadX: spreadOf(each.x, x),
        spreadY: spreadOf(each.y, y),
      },
    ];
  });
  const without = found.flatMap((each) => (each.x && each.y ? [] : [each.row.label]));
  return { points, without };
}

/** Of quality alone: what steps vary by says nothing of how surely methods differ. */
function spreadOf(
  [, low, high]: readonly [number, number | null, number | null],
  { name }: Measure,
): readonly [number, number] | null {
  return name === 'quality' && low !== null && high !== null ? [low, high] : null;
}
