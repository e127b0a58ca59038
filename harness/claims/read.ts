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
  /** Labels of the study's rows, and names of methods that there are. */
  readonly methods: readonly string[];
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
  const require = (key: string, name: string, kind: string, known: readonly string[]) => {
    if (!known.includes(name)) faults.add(unknownName(`${at}.${key}`, kind, name, known));
  };
  for (const [index, model] of (claim.models ?? []).entries())
    require(`models[${index}]`, model, 'model of the study', names.models);
  for (const [index, task] of (claim.tasks ?? []).entries())
    require(`tasks[${index}]`, task, 'task of the study', names.tasks);
  for (const [key, name] of Object.entries(methodsOf(claim))) {
    if (name !== undefined) require(key, name, 'method', names.methods);
    if (key !== 'method' && name === claim.method) {
      faults.add(new InputError(`${at}.${key}: ${shown(name)}; expected another method than ${at}.method`));
    }
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
