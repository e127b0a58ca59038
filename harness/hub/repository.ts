// What a repository holds: the commit of a revision, and the files of a commit with what they must hash to.
import { datasetInfo, listFiles, modelInfo } from '@huggingface/hub';
import Type from 'typebox';
import { InputError } from '../contracts/input-error.ts';
import { check } from '../contracts/validate.ts';
import { type Connection, request } from './connection.ts';
import type { Asked } from './refusal.ts';
import { withTries } from './tries.ts';
import type { Wanted } from './wanted.ts';

/** A file of a commit. */
export interface HubFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Hex: the SHA-256 of a file in large-file storage, else the SHA-1 that git knows it by. Names it in the cache. */
  readonly etag: string;
}

const CommitSchema = Type.Object({ sha: Type.String({ pattern: '^[0-9a-f]{40}$' }) });

const EntrySchema = Type.Object({
  path: Type.String({ minLength: 1 }),
  size: Type.Integer({ minimum: 0 }),
  oid: Type.String({ pattern: '^[0-9a-f]{40}$' }),
  lfs: Type.Optional(
    Type.Object({ oid: Type.String({ pattern: '^[0-9a-f]{64}$' }), size: Type.Integer({ minimum: 0 }) }),
  ),
});

/** The commit that a branch or tag is at. @throws InputError where repository or revision are not there, HubFailure */
export async function commitOf(connection: Connection, wanted: Wanted): Promise<string> {
  const { kind, repo, revision } = wanted;
  const about = { name: repo, revision, hubUrl: connection.endpoint, fetch: askingFor(connection, wanted, isObject) };
  const info =
    kind === 'model'
      ? await modelInfo({ ...about, additionalFields: ['sha'] })
      : await datasetInfo({ ...about, additionalFields: ['sha'] });
  return check(CommitSchema, info, { file: `${connection.endpoint}: ${repo}` }).sha;
}

/** In the hub's order. @throws InputError where the commit is not there, HubFailure */
export async function filesOf(connection: Connection, wanted: Wanted, commit: string): Promise<HubFile[]> {
  const { kind, repo } = wanted;
  const listing = listFiles({
    repo: { type: kind, name: repo },
    revision: commit,
    recursive: true,
    hubUrl: connection.endpoint,
    fetch: askingFor(connection, { ...wanted, revision: commit }, Array.isArray),
  });
  const files: HubFile[] = [];
  for await (const entry of listing) {
    if (entry.type !== 'file') continue;
    const { path, size, oid, lfs } = check(EntrySchema, entry, { file: `${connection.endpoint}: ${repo}` });
    files.push(lfs === undefined ? { path, size, etag: oid } : { path, size: lfs.size, etag: lfs.oid });
  }
  return files;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** What the library asks with: it knows the hub's addresses, and leaves tokens, tries and refusals to us. */
function askingFor(connection: Connection, asked: Asked, isExpected: (value: unknown) => boolean): typeof fetch {
  return (input) =>
    withTries(connection, `${asked.where}: ${asked.repo}`, async () => {
      const url = input instanceof Request ? input.url : String(input);
      const answer = await request(connection, { url, headers: { accept: 'application/json' } }, asked);
      try {
        const pieces: Uint8Array[] = [];
        for (let piece = await answer.read(); piece !== undefined; piece = await answer.read()) pieces.push(piece);
        const text = Buffer.concat(pieces).toString('utf8');
        if (!isJson(text, isExpected)) {
          throw new InputError(
            `${connection.endpoint}: its answer about ${asked.repo} is not one of the hub's; expected its address in HF_ENDPOINT`,
          );
        }
        const link = answer.headers.get('link');
        return new Response(text, { headers: link === null ? {} : { link } });
      } finally {
        answer.close();
      }
    });
}

function isJson(text: string, isExpected: (value: unknown) => boolean): boolean {
  try {
    return isExpected(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
