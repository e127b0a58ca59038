// Reads a Hugging Face configuration key by key; what is not as expected is an input error that names file and key.
import { InputError } from '../contracts/input-error.ts';

export type Config = Readonly<Record<string, unknown>>;

export class ConfigReader {
  constructor(
    private readonly config: Config,
    readonly path: string,
  ) {}

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

  /** @throws InputError for a value that is not one of `choices`; where the key is absent, the first of them */
  oneOf<const Choice extends string | boolean>(key: string, choices: readonly [Choice, ...Choice[]]): Choice {
    const value = this.value(key) ?? choices[0];
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    const names = choices.map((choice) => JSON.stringify(choice)).join(', ');
    return this.refuse(key, choices.length === 1 ? names : `one of: ${names}`);
  }

  /** A configuration inside this one; undefined where the key is absent. @throws InputError for anything else */
  inner(key: string): ConfigReader | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) return this.refuse(key, 'an object');
    return new ConfigReader(value as Config, `${this.path}: ${key}`);
  }

  /** @throws InputError, always */
  refuse(key: string, expected: string): never {
    throw new InputError(
      `${this.path}: config key '${key}' is ${JSON.stringify(this.config[key])}, expected ${expected}`,
    );
  }
}
