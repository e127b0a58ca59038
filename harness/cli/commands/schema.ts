// `peftbench schema [NAME]`: the JSON schema of a file that is written or read by hand, or its keys as a table.
import { Argument, type Command, Option } from 'commander';
import { InputError } from '../../contracts/input-error.ts';
import { unknownName } from '../../contracts/validate.ts';
import type { Catalogue } from '../../study/read.ts';
import type { Output } from '../output.ts';
import { keysTable, methodSchema, type NamedSchema, SCHEMAS, schemaText } from '../schemas.ts';
import type { Services } from '../services.ts';

const METHOD = 'method';

export function addSchema(program: Command, services: Services, output: Output): void {
  const names = [...SCHEMAS.map(({ name }) => name), METHOD];
  program
    .command('schema')
    .description('the keys of a file, with types, defaults and descriptions: as JSON schema, or as a table')
    .addArgument(new Argument('[name]', 'of what').choices(names).default('study'))
    .argument('[method]', 'behind `method`, whose options')
    .addOption(
      new Option('--format <name>', 'JSON schema, or a Markdown table').choices(['json', 'md']).default('json'),
    )
    .action(async (name: string, method: string | undefined, { format }: { format: 'json' | 'md' }) => {
      const catalogue = await services.catalogue();
      const named = schemaNamed(name, method, catalogue);
      output.print(format === 'md' ? keysTable(named) : schemaText(named, catalogue));
    });
}

/** @throws InputError for a method that is missing, unknown or not asked for */
function schemaNamed(name: string, method: string | undefined, { methods }: Catalogue): NamedSchema {
  const names = methods.map((each) => each.name);
  if (name === METHOD) {
    if (method === undefined) throw new InputError(`schema ${METHOD}: no name; expected one of ${names.join(', ')}`);
    const found = methods.find((each) => each.name === method);
    if (found === undefined) throw unknownName(`schema ${METHOD}`, 'method', method, names);
    return methodSchema(found);
  }
  if (method !== undefined) throw new InputError(`schema ${name}: "${method}"; expected nothing behind ${name}`);
  const found = SCHEMAS.find((each) => each.name === name);
  if (found === undefined) throw unknownName('schema', 'schema', name, [...SCHEMAS.map((each) => each.name), METHOD]);
  return found;
}
