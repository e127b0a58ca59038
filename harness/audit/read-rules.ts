// The rules of a study: those of the project, and what its audit.json adds and lowers.
import Type from 'typebox';
import { Faults, InputError } from '../contracts/input-error.ts';
import { check, shown, unknownName } from '../contracts/validate.ts';
import { ROW_READINGS, RUN_READINGS } from './readings.ts';
import { requirePath, schemasAt } from './record-path.ts';
import { QUESTIONS, type Rule, RuleSchema } from './rule.ts';
import { RULES } from './rules.ts';

/** What audit.json holds. */
/** Beside a study's study.json. */
export const AUDIT_FILE = 'audit.json';

export const AuditFileSchema = Type.Object(
  {
    rules: Type.Optional(Type.Array(RuleSchema, { description: "rules of the study's own" })),
    lower: Type.Optional(
      Type.Array(
        Type.Object(
          {
            rule: Type.String({ description: "a rule's name" }),
            to: Type.Enum(['warning', 'off'], { description: 'what it is in this study' }),
            reason: Type.String({ minLength: 1, description: 'shown beside what the rule finds' }),
          },
          { additionalProperties: false },
        ),
        { description: 'rules of the project that are lowered, each with a reason' },
      ),
    ),
  },
  { additionalProperties: false },
);

/** A rule at the level that it has in a study. */
export interface LoweredRule extends Rule {
  /** Why it is lower than it was; null where it is not. */
  readonly lowered: string | null;
}

export interface RuleSet {
  readonly rules: readonly LoweredRule[];
  /** Rules that the study has none of, and why. */
  readonly off: readonly { readonly rule: string; readonly reason: string }[];
}

/** Where a study brings no rules of its own. */
export const DEFAULT_RULES: RuleSet = { rules: RULES.map((rule) => ({ ...rule, lowered: null })), off: [] };

/**
 * @param value what the study's audit.json holds, `{"rules": [...], "lower": [{"rule", "to", "reason"}]}`
 * @throws InputError naming of every fault `file`, the key, the value and what was expected
 */
export function parseRules(value: unknown, file: string): RuleSet {
  const { rules: added = [], lower = [] } = check(AuditFileSchema, value, { file });
  const faults = new Faults();
  const refuse = (key: string, value: unknown, expected: string) =>
    faults.add(new InputError(`${file}: ${key}: ${shown(value)}; expected ${expected}`));
  const all = [...RULES, ...added];
  for (const [index, rule] of added.entries()) {
    const at = `rules[${index}]`;
    if (all.indexOf(rule) !== all.findIndex(({ name }) => name === rule.name)) {
      refuse(`${at}.name`, rule.name, 'a name that no other rule has');
    }
    const asked = QUESTIONS.filter((key) => rule[key] !== undefined);
    if (asked.length !== 1) refuse(at, asked, `exactly one of ${QUESTIONS.join(', ')}`);
    if (rule.same !== undefined && ROW_READINGS.has(rule.key) && rule.same !== 'task') {
      refuse(`${at}.same`, rule.same, '"task", as the key is of a row');
    }
    faults.of(() => {
      requireKey(rule.key, `${file}: ${at}.key`, [...ROW_READINGS.keys()]);
      for (const asked of ['is', 'from', 'upTo'] as const) requireFit(rule.key, rule[asked], file, `${at}.${asked}`);
    });
    for (const [key, value] of Object.entries(rule.when ?? {})) {
      faults.of(() => {
        requireKey(key, `${file}: ${at}.when`, []);
        requireFit(key, value, file, `${at}.when.${key}`);
      });
    }
  }
  for (const [index, { rule: name, to }] of lower.entries()) {
    const at = `lower[${index}].rule`;
    const rule = all.find((each) => each.name === name);
    if (rule === undefined) {
      faults.add(
        unknownName(
          `${file}: ${at}`,
          'rule',
          name,
          all.map((each) => each.name),
        ),
      );
    } else if (rule.level === to) refuse(`lower[${index}].to`, to, `"off", as the rule ${name} is a ${to}`);
    if (lower.findIndex((each) => each.rule === name) !== index) refuse(at, name, 'a rule once only');
  }
  faults.throw();
  const loweringOf = new Map(lower.map((each) => [each.rule, each]));
  return {
    rules: all.flatMap((rule) => {
      const lowering = loweringOf.get(rule.name);
      if (lowering?.to === 'off') return [];
      return { ...rule, level: lowering?.to ?? rule.level, lowered: lowering?.reason ?? null };
    }),
    off: lower.filter(({ to }) => to === 'off').map(({ rule, reason }) => ({ rule, reason })),
  };
}

/**
 * What a rule asks of a record's value must be one that it can have; readings by name have values of their own.
 * @throws InputError
 */
function requireFit(key: string, value: unknown, file: string, at: string): void {
  // The two kinds of records have most of their schemas in common.
  const schemas = [...new Map(schemasAt(key.split('.')).map((schema) => [JSON.stringify(schema), schema])).values()];
  if (value !== undefined && schemas.length > 0) check(Type.Union(schemas), value, { file, at });
}

/** @throws InputError for what is neither a path into a record nor a reading */
function requireKey(key: string, where: string, ofRows: readonly string[]): void {
  requirePath(key, where, [...RUN_READINGS.keys(), ...ofRows]);
}
