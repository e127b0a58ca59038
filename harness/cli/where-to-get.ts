// What to do where models or data are missing: a study that says where they come from can fetch them.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MissingInput } from '../contracts/input-error.ts';
import { statIfThere } from '../contracts/stat-if-there.ts';
import { shellWord } from '../report/tables/command.ts';

/** Where `peftbench fetch` reads what a study needs. */
const SOURCES = 'sources.json';

/**
 * Does what may find something missing.
 * @param study as it was given: a folder with study.json, or the file itself
 * @throws MissingInput that says how to fetch what is missing, where the study knows
 */
export async function orFetch<T>(study: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof MissingInput)) throw error;
    const folder = statIfThere(study)?.isDirectory() ? study : dirname(study);
    if (!existsSync(join(folder, SOURCES))) throw error;
    const hint = `\`peftbench fetch ${shellWord(study)} --models DIR --data DIR\` downloads what its ${SOURCES} names`;
    throw new MissingInput(...error.faults.map((fault) => `${fault}; ${hint}`));
  }
}
