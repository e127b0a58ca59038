// Which code a record was made with: the package's version and, in a checkout, the commit.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import type { RunRecord } from '../records/schema.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** A change to these decides nothing in a result. */
const OUTSIDE = [':!results', ':!test', ':!*.md'];

/** Commit and state of the working tree; null where this is no git checkout. */
export function codeVersion(): Pick<RunRecord['code'], 'version' | 'commit' | 'dirty'> {
  const commit = git('rev-parse', 'HEAD');
  const changes = git('status', '--porcelain', '--', '.', ...OUTSIDE);
  return { version: manifest.version, commit: commit ?? null, dirty: changes === undefined ? null : changes !== '' };
}

function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', ['-C', ROOT, ...args], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
