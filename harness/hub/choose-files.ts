// Which of a repository's files are fetched: those of given names and globs, or what a model needs.
import { Faults, InputError } from '../contracts/input-error.ts';
import { nearestName } from '../contracts/nearest.ts';
import { faultOfPath } from './path-fault.ts';
import type { HubFile } from './repository.ts';
import { short, type Wanted } from './wanted.ts';

/** What `openModelFiles` reads of a folder, the weights apart; those in brackets where they are there. */
const NEEDED = ['config.json', 'tokenizer.json'];
const OPTIONAL = ['tokenizer_config.json'];
/** Of these the first that there is: others are the same weights once more, under other names. */
const WEIGHTS = [['model.safetensors'], ['model.safetensors.index.json', 'model-*-of-*.safetensors']];

/**
 * In the order of the listing.
 * @throws InputError for a name or a glob that is of no file, and for a path that would leave the folder it goes to
 */
export function chooseFiles(
  listing: readonly HubFile[],
  wanted: Pick<Wanted, 'files' | 'repo' | 'where'>,
  commit: string,
): HubFile[] {
  const { repo, where } = wanted;
  const patterns = wanted.files ?? needed(listing, wanted, commit);
  const faults = new Faults();
  const chosen = new Set<HubFile>();
  for (const pattern of patterns) {
    const matches = globOf(pattern);
    const found = listing.filter(({ path }) => matches.test(path));
    if (found.length === 0) faults.add(noSuchFile(pattern, listing, wanted, commit));
    for (const file of found) chosen.add(file);
  }
  for (const { path } of chosen) {
    const fault = faultOfPath(path);
    if (fault !== undefined) faults.add(new InputError(`${where}: ${repo}: the file ${JSON.stringify(path)} ${fault}`));
  }
  faults.throw();
  return listing.filter((file) => chosen.has(file));
}

export function isGlob(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

function needed(
  listing: readonly HubFile[],
  { repo, where }: Pick<Wanted, 'repo' | 'where'>,
  commit: string,
): string[] {
  const names = new Set(listing.map(({ path }) => path));
  const weights = WEIGHTS.find(([sign]) => sign !== undefined && names.has(sign));
  if (weights === undefined) {
    const signs = WEIGHTS.map(([sign]) => sign).join(' nor ');
    throw new InputError(
      `${where}: ${repo} at ${short(commit)} has neither ${signs}; expected weights as safetensors, or the names of its files${some(listing)}`,
    );
  }
  return [...NEEDED, ...OPTIONAL.filter((name) => names.has(name)), ...weights];
}

function noSuchFile(
  pattern: string,
  listing: readonly HubFile[],
  { repo, where }: Pick<Wanted, 'repo' | 'where'>,
  commit: string,
): InputError {
  const nearest = nearestName(
    pattern,
    listing.map(({ path }) => path),
  );
  const hint = nearest === undefined ? '' : `, did you mean ${JSON.stringify(nearest)}?`;
  return new InputError(
    `${where}: ${repo} at ${short(commit)} has no file ${JSON.stringify(pattern)}${hint}; expected one that it has${some(listing)}`,
  );
}

function some(listing: readonly HubFile[]): string {
  const names = listing.slice(0, 8).map(({ path }) => path);
  const more = listing.length > names.length ? ` and ${listing.length - names.length} more` : '';
  return names.length === 0 ? ' (it is empty)' : ` (${names.join(', ')}${more})`;
}

/** `*` and `?` stand for characters within a name, `**` for any. */
function globOf(pattern: string): RegExp {
  const source = pattern.replaceAll(/\*+|\?|[^*?]+/g, (part) => {
    if (part === '*') return '[^/]*';
    if (part.startsWith('*')) return '.*';
    return part === '?' ? '[^/]' : part.replaceAll(/[.+^${}()|[\]\\/-]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}
