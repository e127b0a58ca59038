// The rules of the project, and those that a study brings in its audit.json.
import { describe, expect, it } from 'vitest';
import { audit } from '../../harness/audit/audit.ts';
import { findingLine, footnotesOf } from '../../harness/audit/footnotes.ts';
import { DEFAULT_RULES, parseRules } from '../../harness/audit/read-rules.ts';
import { ROW_READINGS, RUN_READINGS } from '../../harness/audit/readings.ts';
import { membersAt } from '../../harness/audit/record-path.ts';
import { QUESTIONS } from '../../harness/audit/rule.ts';
import { RULES } from '../../harness/audit/rules.ts';
import { errorOf } from '../formats/error-of.ts';
import { AXES, changed, cleanStudy, scaleOf } from './quick-study.ts';

const parse = (value: unknown) => parseRules(JSON.parse(JSON.stringify(value)), 'audit.json');

const DECAY = {
  name: 'decay',
  key: 'config.training.weightDecay',
  is: 0.01,
  level: 'error',
  why: 'our group always decays',
};

describe('the rules of the project', () => {
  it('have names of their own', () => {
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
  });

  it.each(RULES.map((rule) => [rule.name, rule] as const))(
    '%s asks one thing of a key that there is',
    (_name, rule) => {
      expect(QUESTIONS.filter((key) => rule[key] !== undefined)).toHaveLength(1);
      const isReading = RUN_READINGS.has(rule.key) || ROW_READINGS.has(rule.key);
      expect(isReading || membersAt(rule.key.split('.')) !== undefined, rule.key).toBe(true);
    },
  );
});

describe("a study's own rules", () => {
  it('are asked beside those of the project', () => {
    const { rules } = parse({ rules: [DECAY] });
    expect(rules).toHaveLength(RULES.length + 1);
    const records = cleanStudy().map((record) =>
      changed(record, ({ training }) => ({ training: { ...training, weightDecay: 0 } })),
    );
    expect(audit(records, AXES, rules, scaleOf).map(findingLine)).toEqual([
      'error decay (config.training.weightDecay): full, lora, xgblora 0 (glue/stsb): our group always decays',
    ]);
    expect(audit(records, AXES, DEFAULT_RULES.rules, scaleOf)).toEqual([]);
  });

  it('may ask of some runs only, and of a method its options', () => {
    const { rules } = parse({
      rules: [{ ...DECAY, key: 'config.method.options.r', when: { 'config.method.name': 'lora' }, is: 4 }],
    });
    const found = audit(cleanStudy(), AXES, rules, scaleOf);
    expect(found.map(({ rows }) => rows)).toEqual([[{ label: 'lora', values: [8], seeds: [[0, 1, 2]] }]]);
  });

  it('lower a rule with a reason, or ask it no more', () => {
    const reason = 'QLoRA is the subject';
    const { rules, off } = parse({
      lower: [
        { rule: 'basePrecision', to: 'warning', reason },
        { rule: 'threads', to: 'off', reason: 'no seconds are shown' },
      ],
    });
    expect(off).toEqual([{ rule: 'threads', reason: 'no seconds are shown' }]);
    expect(rules.find(({ name }) => name === 'threads')).toBeUndefined();
    const records = cleanStudy().map((record) =>
      record.config.method.label === 'lora'
        ? changed(record, ({ training }) => ({ training: { ...training, basePrecision: 'q4' } }))
        : record,
    );
    expect(audit(records, AXES, rules, scaleOf).map(findingLine)).toEqual([
      expect.stringMatching(
        /^warning basePrecision \(config\.training\.basePrecision\): full, xgblora f32; lora q4 \(glue\/stsb\): .*; lowered: QLoRA is the subject$/,
      ),
    ]);
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', [], /^audit\.json: \[\]; expected an object$/],
    [
      'an unknown key',
      { rule: [] },
      /^audit\.json: rule: unknown key .*, did you mean "rules"\?; expected rules, lower$/,
    ],
    [
      'a level that there is not',
      { rules: [{ ...DECAY, level: 'fatal' }] },
      /^audit\.json: rules\[0\]\.level: "fatal"; expected "error" or "warning"$/,
    ],
    [
      'no question',
      { rules: [{ ...DECAY, is: undefined }] },
      /^audit\.json: rules\[0\]: \[\]; expected exactly one of same, is, from, upTo$/,
    ],
    [
      'two questions',
      { rules: [{ ...DECAY, from: 1 }] },
      /^audit\.json: rules\[0\]: \["is","from"\]; expected exactly one of same, is, from, upTo$/,
    ],
    [
      'a path that no record has',
      { rules: [{ ...DECAY, key: 'config.training.weightDecoy' }] },
      /^audit\.json: rules\[0\]\.key: "config\.training\.weightDecoy" is no path into a record, did you mean "config\.training\.weightDecay"\?; expected config\.training\.epochs, /,
    ],
    [
      'a path beyond a figure',
      { rules: [{ ...DECAY, key: 'seed.first' }] },
      /^audit\.json: rules\[0\]\.key: "seed\.first" is no path into a record; expected nothing below seed$/,
    ],
    [
      'a condition that no record has',
      { rules: [{ ...DECAY, when: { method: 'lora' } }] },
      /^audit\.json: rules\[0\]\.when: "method" is no path into a record/,
    ],
    [
      'a value of another kind than the record has',
      { rules: [{ ...DECAY, is: '0.1' }] },
      /^audit\.json: rules\[0\]\.is: "0\.1"; expected a number from 0$/,
    ],
    [
      'a bound of what is no number',
      { rules: [{ ...DECAY, is: undefined, key: 'environment.cpu', from: 2 }] },
      /^audit\.json: rules\[0\]\.from: 2; expected a text$/,
    ],
    [
      'a condition that no run can meet',
      { rules: [{ ...DECAY, when: { seed: 'first' } }] },
      /^audit\.json: rules\[0\]\.when\.seed: "first"; expected an integer from 0$/,
    ],
    [
      'a name that there is',
      { rules: [{ ...DECAY, name: 'scale' }] },
      /^audit\.json: rules\[0\]\.name: "scale"; expected a name that no other rule has$/,
    ],
    [
      'a rule that there is not',
      { lower: [{ rule: 'scales', to: 'off', reason: 'none' }] },
      /^audit\.json: lower\[0\]\.rule: "scales" is no rule, did you mean "scale"\?; expected /,
    ],
    [
      'no reason',
      { lower: [{ rule: 'scale', to: 'off', reason: '' }] },
      /^audit\.json: lower\[0\]\.reason: ""; expected a text that is not empty$/,
    ],
    [
      'a level that it has',
      { lower: [{ rule: 'scale', to: 'warning', reason: 'none' }] },
      /^audit\.json: lower\[0\]\.to: "warning"; expected "off", as the rule scale is a warning$/,
    ],
  ])('are refused with %s, in one line', async (_what, file, words) => {
    expect(await errorOf(() => parse(file))).toMatch(words);
  });
});

it('a footnote is for the rows that it names', () => {
  const records = cleanStudy().filter(({ config, seed }) => config.method.label !== 'lora' || seed !== 1);
  const findings = audit(records, AXES, DEFAULT_RULES.rules, scaleOf);
  const row = { model: 'minilm-l6', task: 'glue/stsb' };
  expect(footnotesOf(findings, { ...row, label: 'lora' })).toEqual([
    'error missing (row.missing): lora 1 (glue/stsb): a mean over fewer seeds than the others is another figure',
    expect.stringMatching(/^warning seeds \(row\.seeds\): lora 2 \(glue\/stsb\): /),
  ]);
  expect(footnotesOf(findings, { ...row, label: 'full' })).toEqual([]);
  expect(footnotesOf(findings, { ...row, label: 'lora', task: 'glue/rte' })).toEqual([]);
});
