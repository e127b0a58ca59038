// Reads claims.json and checks that what its claims name is there.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Faults, InputError } from '../contracts/input-error.ts';
import { check, shown, unknownName } from '../contracts/validate.ts';
import { readText } from '../formats/text.ts';
import { parseWrittenJson } from '../formats/written-json.ts';
import { CLAIM_SCHEMAS, type Claim, ClaimsSchema, type TemplateName } from './schema.ts';
import { TEMPLATES } from './templates/index.ts';

/** What claims may name. */
export interface Names {
  readonly models: readonly string[];
  readonly tasks: readonly string[];
  readonly rows: readonly { readonly label: string; readonly method: string }[];
  /** That there are, with the names of their options. */
  readonly methods: readonly { readonly name: string; readonly options: readonly string[] }[];
}

export const CLAIMS_FILE = 'claims.json';

/**
 * The claims of claims.json in a study's folder, those of its templates first, or those of a template alone.
 * @throws InputError where there are none, or one names what is not there
 */
export function readClaims(folder: string, template: TemplateName | undefined, names: Names): readonly Claim[] {
  if (template !== undefined) return TEMPLATES[template];
  const file = join(folder, CLAIMS_FILE);
  if (!existsSync(file)) {
    throw new InputError(
      `${file}: no such file; expected the claims to judge, or --template ${Object.keys(TEMPLATES).join(' or ')}`,
    );
  }
  const { templates = [], claims: given = [] } = check(ClaimsSchema, parseWrittenJson(readText(file), file), { file });
  const faults = new Faults();
  const claims = given.flatMap(
    (claim, index): Claim[] =>
      faults.of(() => [check(CLAIM_SCHEMAS[claim.kind], claim, { file, at: `claims[${index}]` })]) ?? [],
  );
  for (const [index, claim] of claims.entries()) requireNames(claim, `${file}: claims[${index}]`, names, faults);
  const all = [...templates.flatMap((name) => TEMPLATES[name]), ...claims];
  for (const [index, { name }] of all.entries()) {
    if (all.findIndex((other) => other.name === name) === index) continue;
    faults.add(
      new InputError(`${file}: claims: ${shown(name)} stands there twice; expected a name of its own for each claim`),
    );
  }
  if (all.length === 0 && faults.isEmpty)
    faults.add(new InputError(`${file}: claims: missing; expected a claim, or a template`));
  faults.throw();
  return all;
}

function requireNames(claim: Claim, at: string, names: Names, faults: Faults): void {
  const require = (key: string, name: string, kind: string, known: readonly string[]): boolean => {
    if (!known.includes(name)) faults.add(unknownName(`${at}.${key}`, kind, name, known));
    return known.includes(name);
  };
  const methods = [...new Set([...names.rows.map(({ label }) => label), ...names.methods.map(({ name }) => name)])];
  for (const [index, model] of (claim.models ?? []).entries())
    require(`models[${index}]`, model, 'model of the study', names.models);
  for (const [index, task] of (claim.tasks ?? []).entries())
    require(`tasks[${index}]`, task, 'task of the study', names.tasks);
  for (const [key, name] of Object.entries(methodsOf(claim))) {
    const isThere = name !== undefined && require(key, name, 'method', methods);
    if (isThere && !(key === 'method' && 'over' in claim)) requireOneRow(name, `${at}.${key}`, names, faults);
    if (key !== 'method' && name === claim.method) {
      faults.add(new InputError(`${at}.${key}: ${shown(name)}; expected another method than ${at}.method`));
    }
  }
  if (!('over' in claim)) return;
  const swept = names.methods.find(({ name }) => name === claim.method);
  if (swept !== undefined) {
    const keys = ['learningRate', 'headLearningRate', ...swept.options.map((name) => `options.${name}`)];
    require('over', claim.over, `key of ${claim.method}`, keys);
  }
}

/** A method's own name means its row, where it has one. */
function requireOneRow(name: string, at: string, { rows }: Names, faults: Faults): void {
  if (rows.some(({ label }) => label === name)) return;
  const labels = rows.filter(({ method }) => method === name).map(({ label }) => label);
  if (labels.length > 1) {
    faults.add(
      new InputError(
        `${at}: ${shown(name)} has several rows; expected the label of one: ${labels.map(shown).join(', ')}`,
      ),
    );
  }
}

function methodsOf(claim: Claim): Readonly<Record<string, string | undefined>> {
  const { method } = claim;
  switch (claim.kind) {
    case 'better':
    case 'cheaper':
      return { method, than: claim.than };
    case 'equivalent':
      return { method, to: claim.to };
    case 'optimum':
      return { method, above: claim.above };
    default:
      return { method };
  }
}
