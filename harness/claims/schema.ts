// A claim of a study, as it is written by hand in claims.json. One source: validation and types come from this schema.
import Type, { type Static, type TProperties } from 'typebox';

const closed = { additionalProperties: false };
const names = (description: string) =>
  Type.Optional(Type.Array(Type.String(), { minItems: 1, uniqueItems: true, description }));
const method = (description: string) => Type.String({ minLength: 1, description });
const margin = Type.Optional(
  Type.Number({
    minimum: 0,
    description: 'in units of what is compared: of the metric, or of the logarithm of a cost',
  }),
);

/** See templates/. */
export const TEMPLATE_NAMES = ['paper', 'objections'] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

/** What a method costs: counts, which every run of it shares, and what was measured. */
export const COSTS = [
  'trainable',
  'cumulative',
  'stored',
  'trainState',
  'memory',
  'seconds',
  'secondsPerStep',
] as const;
export type CostName = (typeof COSTS)[number];
const cost = Type.Enum(COSTS, {
  description:
    'parameters trained at once, over the run, or stored; bytes of what is trained with gradients and moments; peak memory; seconds of a step without compilation and merges, or with all that it takes',
});

/** What is looked at over a swept key: the primary metric, or a cost. */
const measure = Type.Optional(Type.Union([Type.Literal('quality'), cost], { description: 'quality unless given' }));
const over = Type.String({
  pattern: '^(options\\..+|learningRate|headLearningRate)$',
  description: 'the key by which entries of the method differ: options.r',
});

const shared = {
  name: Type.String({ minLength: 1, description: 'names the claim in verdicts' }),
  says: Type.String({ minLength: 1, description: 'the claim in words' }),
  models: names("the study's models; all unless given"),
  tasks: names("the study's tasks; all unless given"),
};
const kind = <const K extends string, P extends TProperties>(name: K, properties: P) =>
  Type.Object({ kind: Type.Literal(name, { description: 'the form of the claim' }), ...shared, ...properties }, closed);

/** Methods are named by their label, or by their own name where one entry of the study has it. */
export const CLAIM_SCHEMAS = {
  better: kind('better', { method: method('scores higher'), than: method('than this one'), margin }),
  equivalent: kind('equivalent', {
    method: method('scores as'),
    to: method('this one'),
    margin: Type.Number({ exclusiveMinimum: 0, description: 'the largest difference that does not matter' }),
  }),
  cheaper: kind('cheaper', {
    method: method('costs less'),
    than: method('than this one'),
    in: cost,
    by: Type.Optional(Type.Number({ minimum: 1, description: 'at least that many times less; 1 unless given' })),
  }),
  monotone: kind('monotone', {
    method: method('its entries that differ in the key'),
    over,
    measure,
    direction: Type.Enum(['rises', 'falls'], { description: 'what it does as the key grows' }),
    margin,
  }),
  flat: kind('flat', {
    method: method('its entries that differ in the key'),
    over,
    measure,
    margin: Type.Number({ exclusiveMinimum: 0, description: 'the largest difference that does not matter' }),
  }),
  optimum: kind('optimum', {
    method: method('its entries that differ in the key'),
    over,
    above: Type.Optional(method('a method that the best entry beats too')),
    margin,
  }),
  transfers: kind('transfers', {
    method: method('its entries that differ in the key'),
    over,
    margin: Type.Number({
      exclusiveMinimum: 0,
      description: 'the loss by taking the best value of another that does not matter',
    }),
  }),
} as const;
type Kind = keyof typeof CLAIM_SCHEMAS;
export type ClaimOf<K extends Kind> = Static<(typeof CLAIM_SCHEMAS)[K]>;
export type Claim = { [K in Kind]: ClaimOf<K> }[Kind];

const KINDS = Object.keys(CLAIM_SCHEMAS) as Kind[];

/** What claims.json holds. */
export const ClaimsSchema = Type.Object(
  {
    templates: Type.Optional(
      Type.Array(Type.Enum(TEMPLATE_NAMES), {
        uniqueItems: true,
        description: 'lists of claims that are there for any study',
      }),
    ),
    /** Each is then looked at by the schema of its kind. */
    claims: Type.Optional(
      Type.Array(Type.Object({ kind: Type.Enum(KINDS) }), {
        description: "claims of the study's own, beside those of templates",
      }),
    ),
  },
  closed,
);

/** The same with every kind of claim in full. The file itself is checked kind by kind, so that a fault names the kind meant. */
export const ClaimsFileSchema = Type.Object(
  {
    ...ClaimsSchema.properties,
    claims: Type.Optional(
      Type.Array(Type.Union(Object.values(CLAIM_SCHEMAS)), {
        description: "claims of the study's own, beside those of templates",
      }),
    ),
  },
  closed,
);
