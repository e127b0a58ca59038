// What an audit's rule is: data, so that a study can bring its own beside those that come with the project.
import Type, { type Static } from 'typebox';

/** An error makes a comparison of scores unfair; a warning is to be known where it is read. */
export const LEVELS = ['error', 'warning'] as const;
export type Level = (typeof LEVELS)[number];

const text = (description: string) => Type.String({ minLength: 1, description });

/** A rule asks exactly one of `same`, `is`, `from` and `upTo` of the value at its key. */
export const RuleSchema = Type.Object(
  {
    name: text('by which the rule is lowered'),
    key: text("a path into the record, such as training steps' `trained.steps`, or the name of a reading"),
    same: Type.Optional(
      Type.Enum(['task', 'row', 'seed'], {
        description: 'one value for all runs of a model on a task, for those of each row, or for those of each seed',
      }),
    ),
    is: Type.Optional(
      Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()], {
        description: 'the one value that is right',
      }),
    ),
    from: Type.Optional(Type.Number({ description: 'the least' })),
    upTo: Type.Optional(Type.Number({ description: 'the most' })),
    when: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]), {
        description: 'of runs alone that have these values at these keys',
      }),
    ),
    runs: Type.Optional(
      Type.Enum(['trained', 'all'], {
        description: 'those that train something, as where nothing is said, or models that are scored as they are too',
      }),
    ),
    level: Type.Enum(LEVELS, {
      description: 'whether it makes a comparison unfair, or is to be known where it is read',
    }),
    why: text('why it matters, in one sentence'),
  },
  { additionalProperties: false },
);
export type Rule = Static<typeof RuleSchema>;

/** What a rule may ask. */
export const QUESTIONS = ['same', 'is', 'from', 'upTo'] as const satisfies readonly (keyof Rule)[];
