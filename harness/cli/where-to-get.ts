// What to do where models or data are missing: a study that says where they come from can fetch them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MissingInput } from '../contracts/input-error.ts';

/** Where `peftbench fetch` reads what a study needs. */
const SOURCES = 'sources.json';

/**
 * Does what may find something missing.
 * @param folder the study's
 * @throws MissingInput that says how to fetch it, where the study knows
 */
export async function orFetch<T>(folder: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof MissingInput) || !existsSync(join(folder, SOURCES))) throw error;
    const hint = `\`peftbench fetch ${folder}\` downloads what its ${SOURCES} names`;
    throw new MissingInput(...error.faults.map((fault) => `${fault}; ${hint}`));
  }
}
