// Reads a Hugging Face configuration key by key; what is not as expected is an input error that names file and key.
import { InputError } from '../contracts/input-error.ts';
import { isJsonObject, quoted } from '../formats/json-object.ts';

export type Config = Readonly<Record<string, unknown>>;

export class ConfigReader {
  constructor(
    private readonly config: Config,
    readonly path: string,
  ) {}

  /** Whether there is such a key, be it null. */
  has(key: string): boolean {
    return Object.hasOwn(this.config, key);
  }

  /** What a key holds; undefined where it is absent or null. */
  value(key: string): unknown {
    return this.config[key] ?? undefined;
  }

  /** @throws InputError unless the key holds a number that is not negative; where it is absent, `otherwise` */
  number(key: string, otherwise?: number): number {
    const value = this.value(key) ?? otherwise;
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
    return this.refuse(key, 'a number');
  }

  /** @throws InputError unless the key holds a number above 0; where it is absent, `otherwise` */
  positive(key: string, otherwise?: number): number {
    const value = this.number(key, otherwise);
    return value > 0 ? value : this.refuse(key, 'a number above 0');
  }

  /** @throws InputError unless the key holds a whole number from 1; where it is absent, `otherwise` */
  size(key: string, otherwise?: number): number {
    const value = this.count(key, otherwise);
    return value > 0 ? value : this.refuse(key, 'a whole number from 1');
  }

  /** @throws InputError unless the key holds a whole number that is not negative; where it is absent, `otherwise` */
  count(key: string, otherwise?: number): number {
    const value = this.value(key) ?? otherwise;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    return this.refuse(key, 'a whole number');
  }

  /** @throws InputError for a value that is not one of `choices`; where the key is absent, the first of them */
  oneOf<const Choice extends string | number | boolean | null>(
    key: string,
    choices: readonly [Choice, ...Choice[]],
  ): Choice {
    const value = this.value(key) ?? choices[0];
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    const names = choices.map((choice) => JSON.stringify(choice)).join(', ');
    return this.refuse(key, choices.length === 1 ? names : `one of: ${names}`);
  }

  /** A configuration inside this one; undefined where the key is absent or empty. @throws InputError for anything else */
  inner(key: string): ConfigReader | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (!isJsonObject(value)) return this.refuse(key, 'an object');
    return Object.keys(value).length === 0 ? undefined : new ConfigReader(value, `${this.path}: ${key}`);
  }

  /** @throws InputError, always */
  refuse(key: string, expected: string): never {
    throw new InputError(`${this.path}: config key '${key}' is ${quoted(this.config[key])}, expected ${expected}`);
  }
}
