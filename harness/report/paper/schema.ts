// Templates of the paper's tables and figures, as they are written in JSON. One source: validation and types come from
// these schemas.
import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false };
const text = (description: string) => Type.String({ minLength: 1, description });
const OPTION = '^options\\..+$';
const methods = Type.Optional(
  Type.Array(text('a label, or the own name of a method'), {
    minItems: 1,
    uniqueItems: true,
    description: 'rows of the study that take part; all unless given',
  }),
);

/** The rows of a method that differ in one option, found by its value and not by their labels. */
const SweepSchema = Type.Object(
  {
    over: Type.String({
      pattern: OPTION,
      description: 'the option that they differ in, and in nothing else: options.r',
    }),
    title: text("of the option's column"),
    along: Type.Optional(
      Type.Array(Type.String({ pattern: OPTION }), { description: 'what may differ with it: options.alpha' }),
    ),
  },
  { ...closed, description: 'rows that differ in one option, by its value' },
);
export type Sweep = Static<typeof SweepSchema>;

const ScoreSchema = Type.Object(
  {
    task: Type.Optional(
      text("a task, of its own or within a mix; unless given the row's, or the mean over all of the study's"),
    ),
    set: Type.Optional(text('an evaluation set, or a group of them: STEM')),
    metric: Type.Optional(text("the task's primary one unless given")),
  },
  { ...closed, description: 'a metric, over the seeds' },
);
export type Score = Static<typeof ScoreSchema>;

/** How figures are written: see formats.ts. */
export const FORMATS = ['score', 'count', 'bytes', 'seconds', 'share', 'number'] as const;
export type Format = (typeof FORMATS)[number];

/** Where figures come from: one of these. */
const source = {
  read: Type.Optional(text('a path into a record, or a reading of readings.ts by name')),
  score: Type.Optional(ScoreSchema),
};
const as = Type.Optional(Type.Enum(FORMATS, { description: 'number unless given; of scores, score' }));

const ColumnSchema = Type.Object(
  {
    key: Type.String({ pattern: '^[a-z0-9_]+$', description: 'of CSV and JSON' }),
    title: text('for readers, with the unit'),
    ...source,
    words: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'by the own name of a method' })),
    averageOf: Type.Optional(
      Type.Array(Type.Array(Type.String(), { minItems: 1 }), {
        minItems: 1,
        description: 'lists of keys of score columns: the mean of the means of each, seed by seed',
      }),
    ),
    perTask: Type.Optional(Type.Boolean({ description: "of a score, a column for each of the study's tasks" })),
    as,
  },
  closed,
);
export type ColumnTemplate = Static<typeof ColumnSchema>;

const shared = {
  name: Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', description: 'of its files: paper-NAME' }),
  title: text('above it'),
  caption: text('which records and which formula'),
  study: Type.Optional(
    Type.Object(
      {
        path: text('a study of this project that has the runs'),
        task: Type.Optional(text("the task there that all columns come from; each column's own unless given")),
      },
      { ...closed, description: 'where runs are that this study has not: their commands stand in the gaps' },
    ),
  ),
};

const kind = <const Name extends string>(name: Name) =>
  Type.Literal(name, { description: 'what is made: a table, a figure, or the pipeline of a run' });

const TableSchema = Type.Object(
  {
    kind: kind('table'),
    ...shared,
    rows: Type.Object(
      {
        methods,
        perTask: Type.Optional(Type.Boolean({ description: 'a row for each task, not for all together' })),
        sweep: Type.Optional(SweepSchema),
      },
      { ...closed, description: 'which rows the table has: a row for each method and model unless more is said' },
    ),
    columns: Type.Array(ColumnSchema, { minItems: 1, maxItems: 200, description: 'behind those that name the row' }),
  },
  closed,
);
export type TableTemplate = Static<typeof TableSchema>;

const axis = { label: text('with the unit') };
const SCALE = { description: 'how values are placed along it' };
const XAxisSchema = Type.Object(
  { ...axis, scale: Type.Enum(['linear', 'log', 'category'], SCALE), ...source },
  { ...closed, description: 'of the scale category, the labels of the rows, without a source' },
);
const YAxisSchema = Type.Object(
  { ...axis, scale: Type.Enum(['linear', 'log'], SCALE), ...source },
  { ...closed, description: 'upwards' },
);
export type AxisTemplate = Static<typeof XAxisSchema>;

const PanelSchema = Type.Object(
  {
    title: Type.String({ description: 'above the panel; empty for none' }),
    perTask: Type.Optional(Type.Boolean({ description: 'a panel for each task, not for all together' })),
    x: XAxisSchema,
    y: YAxisSchema,
    series: Type.Array(Type.Object({ methods, sweep: Type.Optional(SweepSchema) }, closed), {
      minItems: 1,
      description: 'points that belong together, joined where they are of a sweep',
    }),
    levels: Type.Optional(
      Type.Object({ methods }, { ...closed, description: 'methods that are lines across the panel' }),
    ),
  },
  { ...closed, description: 'axes and what is drawn between them; the inset is small, in a corner of the first panel' },
);
export type PanelTemplate = Static<typeof PanelSchema>;

const FigureSchema = Type.Object(
  {
    kind: kind('figure'),
    ...shared,
    panels: Type.Array(PanelSchema, { minItems: 1, maxItems: 50, description: 'side by side' }),
    inset: Type.Optional(PanelSchema),
  },
  closed,
);
export type FigureTemplate = Static<typeof FigureSchema>;

/** The boosters of one run. */
const PipelineSchema = Type.Object({ kind: kind('pipeline'), ...shared, methods }, closed);
export type PipelineTemplate = Static<typeof PipelineSchema>;

export const TEMPLATE_SCHEMAS = { table: TableSchema, figure: FigureSchema, pipeline: PipelineSchema } as const;
export type Template = TableTemplate | FigureTemplate | PipelineTemplate;
export type Kind = keyof typeof TEMPLATE_SCHEMAS;
export const KINDS = Object.keys(TEMPLATE_SCHEMAS) as Kind[];
