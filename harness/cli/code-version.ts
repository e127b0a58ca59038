// Which code a record was made with: the package's version and, in a checkout, the commit.
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import type { RunRecord } from '../records/schema.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** A change to these decides nothing in a result. */
const OUTSIDE = [':!results', ':!test', ':!*.md'];

/** Commit and state of the working tree; null where the project is no git checkout of its own. */
export function codeVersion(root = ROOT): Pick<RunRecord['code'], 'version' | 'commit' | 'dirty'> {
  const { version } = manifest;
  const top = git(root, 'rev-parse', '--show-toplevel');
  // The copy of a project inside another repository has nothing to do with that one's commits.
  if (top === undefined || realpathSync(top) !== realpathSync(root)) return { version, commit: null, dirty: null };
  const commit = git(root, 'rev-parse', 'HEAD');
  const changes = git(root, 'status', '--porcelain', '--', '.', ...OUTSIDE);
  return { version, commit: commit ?? null, dirty: changes === undefined ? null : changes !== '' };
}

function git(root: string, ...args: string[]): string | undefined {
  // Inside a hook, variables name the repository that it is of.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const { status, stdout } = spawnSync('git', ['-C', root, ...args], { encoding: 'utf8', env });
  return status === 0 ? stdout.trim() : undefined;
}
