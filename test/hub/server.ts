// A hub on this machine: repositories of files, served as the hub serves them, and the faults that a test asks for.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Kind = 'model' | 'dataset';

/** What a request was, by either host. */
export interface Asked {
  readonly host: 'hub' | 'cdn';
  readonly method: string;
  /** Without what follows a question mark. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
  /** Accept-Encoding. */
  readonly encoding: string | undefined;
}

/** What goes wrong with an answer. */
export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** After so many bytes of the body. */
  | { readonly kind: 'cut' | 'stall' | 'end'; readonly after: number }
  /** Other bytes than the file's. */
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'no ranges' | 'other range' }
  /** Only the second half takes so long. */
  | { readonly kind: 'slow'; readonly milliseconds: number };

/** The only one that opens what is not open. */
export const TOKEN = 'hf_opens';

export interface RepoOptions {
  /** `main` unless given. */
  readonly branch?: string;
  /** Whether a file is in large-file storage: weights and parquet files unless given. */
  isLarge?(path: string): boolean;
  readonly access?: 'open' | 'gated' | 'private';
}

interface Repo extends Required<RepoOptions> {
  readonly kind: Kind;
  readonly name: string;
  readonly branches: Map<string, string>;
  readonly commits: Map<string, ReadonlyMap<string, Buffer>>;
}

export interface HubServer {
  readonly endpoint: string;
  /** Where the hub redirects to for large files: another host, by its port. */
  readonly cdn: string;
  /** So far. */
  readonly asked: Asked[];
  /** Of what answers next; asked of each request. */
  fault(asked: Asked): Fault | undefined;
  /** A new commit of a repository, at the tip of its branch; gives its id. */
  commit(kind: Kind, name: string, files: Readonly<Record<string, Buffer | string>>, options?: RepoOptions): string;
  /** Entries of a listing that come at once. */
  pageSize: number;
  close(): Promise<void>;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
/** As git names a file's content. */
export const gitBlob = (bytes: Buffer) =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

export async function startHub(): Promise<HubServer> {
  const repos = new Map<string, Repo>();
  const hub = createServer((request, response) => void answer('hub', request, response));
  const cdn = createServer((request, response) => void answer('cdn', request, response));
  const [endpoint, cdnAddress] = await Promise.all([listen(hub), listen(cdn)]);
  const server: HubServer = {
    endpoint,
    cdn: cdnAddress,
    asked: [],
    pageSize: 1000,
    fault: () => undefined,
    commit(kind, name, files, options = {}) {
      const {
        branch = 'main',
        isLarge = (path) => /\.(safetensors|gguf|parquet)$/.test(path),
        access = 'open',
      } = options;
      const before = repos.get(`${kind} ${name}`);
      const branches = before?.branches ?? new Map<string, string>();
      const commits = before?.commits ?? new Map<string, ReadonlyMap<string, Buffer>>();
      const content = new Map(Object.entries(files).map(([path, bytes]) => [path, Buffer.from(bytes)]));
      const id = createHash('sha1').update(JSON.stringify([...content].map(([path, bytes]) => [path, gitBlob(bytes)])));
      const commit = id.digest('hex');
      commits.set(commit, content);
      branches.set(branch, commit);
      repos.set(`${kind} ${name}`, { kind, name, branch, isLarge, access, branches, commits });
      return commit;
    },
    async close() {
      for (const each of [hub, cdn]) {
        each.closeAllConnections();
        await new Promise((resolve) => each.close(resolve));
      }
    },
  };

  function answer(host: Asked['host'], request: IncomingMessage, response: ServerResponse): ServerResponse {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', endpoint);
    const { authorization, range } = request.headers;
    const encoding = request.headers['accept-encoding'];
    const asked = {
      host,
      method: request.method ?? '',
      path: decodeURIComponent(path),
      authorization,
      range,
      encoding,
    };
    server.asked.push(asked);
    const fault = server.fault(asked);
    if (fault?.kind === 'answer') return end(response, fault.status, fault.headers ?? {}, fault.body);
    if (host === 'cdn') return content(asked, response, fault);
    const api = /^\/api\/(model|dataset)s\/(.+?)\/(revision|tree)\/(.+)$/.exec(asked.path);
    if (api !== null) {
      const [, kind, name, what, revision] = api;
      const found = find(response, `${kind} ${name}`, revision ?? '', asked);
      if (found === undefined) return response;
      if (what === 'tree') return listing(response, found, Number(searchParams.get('cursor') ?? 0), request.url ?? '');
      const info = { _id: '0', id: name, sha: found.commit, private: false, gated: false, downloads: 0, likes: 0 };
      return json(response, { ...info, lastModified: '2026-01-01T00:00:00.000Z' });
    }
    const resolved = /^\/(datasets\/)?(.+?)\/resolve\/([^/]+)\/(.+)$/.exec(asked.path);
    if (resolved !== null) return resolve(resolved, asked, response);
    const small = /^\/api\/resolve-cache\/(model|dataset)s\/(.+)\/([0-9a-f]{40})\/(.+)$/.exec(asked.path);
    const bytes = repos
      .get(`${small?.[1]} ${small?.[2]}`)
      ?.commits.get(small?.[3] ?? '')
      ?.get(small?.[4] ?? '');
    if (bytes === undefined) return end(response, 404, {});
    return send(response, asked, bytes, fault, { etag: `"${gitBlob(bytes)}"`, 'x-repo-commit': small?.[3] ?? '' });
  }

  /** The repository at a revision, if whoever asks may have it. */
  function find(response: ServerResponse, key: string, revision: string, asked: Asked) {
    const repo = repos.get(key);
    const isKnown = asked.authorization === `Bearer ${TOKEN}`;
    if (repo === undefined || (repo.access === 'private' && !isKnown)) {
      if (asked.authorization === undefined) {
        end(response, 401, { 'x-error-message': 'Invalid username or password.' });
      } else end(response, 404, { 'x-error-code': 'RepoNotFound', 'x-error-message': 'Repository not found' });
      return undefined;
    }
    const commit = repo.branches.get(revision) ?? revision;
    const files = repo.commits.get(commit);
    if (files === undefined) {
      end(response, 404, { 'x-error-code': 'RevisionNotFound', 'x-error-message': `Invalid rev id: ${revision}` });
      return undefined;
    }
    return { repo, commit, files };
  }

  function listing(
    response: ServerResponse,
    { repo, files }: { repo: Repo; files: ReadonlyMap<string, Buffer> },
    from: number,
    url: string,
  ): ServerResponse {
    const folders = new Set(
      [...files.keys()].flatMap((path) => (path.includes('/') ? [path.slice(0, path.lastIndexOf('/'))] : [])),
    );
    const entries = [
      ...[...folders].map((path) => ({ type: 'directory', oid: '0'.repeat(40), size: 0, path })),
      ...[...files].map(([path, bytes]) => {
        const file = { type: 'file', oid: gitBlob(bytes), size: bytes.length, path };
        if (!repo.isLarge(path)) return file;
        // What git has of it is a pointer.
        const pointer = gitBlob(Buffer.from(`oid sha256:${sha256(bytes)}`));
        return { ...file, oid: pointer, lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 134 } };
      }),
    ];
    const to = from + server.pageSize;
    const next = new URL(url, endpoint);
    next.searchParams.set('cursor', String(to));
    const headers: Record<string, string> = to < entries.length ? { link: `<${next.href}>; rel="next"` } : {};
    return json(response, entries.slice(from, to), headers);
  }

  function resolve(
    [, datasets, name, revision, path]: RegExpExecArray,
    asked: Asked,
    response: ServerResponse,
  ): ServerResponse {
    const kind = datasets === undefined ? 'model' : 'dataset';
    const found = find(response, `${kind} ${name}`, revision ?? '', asked);
    if (found === undefined) return response;
    const { repo, commit, files } = found;
    const headers = { 'x-repo-commit': commit };
    if (repo.access === 'gated' && asked.authorization !== `Bearer ${TOKEN}`) {
      const message = `Access to ${kind} ${name} is restricted.`;
      const status = asked.authorization === undefined ? 401 : 403;
      return end(response, status, { ...headers, 'x-error-code': 'GatedRepo', 'x-error-message': message });
    }
    const bytes = files.get(path ?? '');
    if (bytes === undefined) return end(response, 404, { ...headers, 'x-error-code': 'EntryNotFound' });
    if (repo.isLarge(path ?? '')) {
      const linked = { 'x-linked-etag': `"${sha256(bytes)}"`, 'x-linked-size': String(bytes.length) };
      const location = `${cdnAddress}/${kind}/${name}/${commit}/${path}?signature=1`;
      return end(response, 302, { ...headers, ...linked, location });
    }
    const location = `/api/resolve-cache/${kind}s/${name}/${commit}/${path}`;
    return end(response, 307, { ...headers, etag: `"${gitBlob(bytes)}"`, location });
  }

  function content(asked: Asked, response: ServerResponse, fault: Fault | undefined): ServerResponse {
    const [, kind, name, commit, path] = /^\/(model|dataset)\/(.+?)\/([0-9a-f]{40})\/(.+)$/.exec(asked.path) ?? [];
    const bytes = repos
      .get(`${kind} ${name}`)
      ?.commits.get(commit ?? '')
      ?.get(path ?? '');
    if (bytes === undefined) return end(response, 404, {});
    return send(response, asked, bytes, fault, { etag: `"${sha256(bytes)}"` });
  }

  return server;
}

/** A body, or the range of it that is asked for. */
function send(
  response: ServerResponse,
  { method, range }: Asked,
  whole: Buffer,
  fault: Fault | undefined,
  headers: Readonly<Record<string, string>>,
): ServerResponse {
  const all = fault?.kind === 'bytes' ? fault.bytes : whole;
  const [, first] = /^bytes=(\d+)-$/.exec(range ?? '') ?? [];
  const from = first === undefined || fault?.kind === 'no ranges' ? undefined : Number(first);
  if (from !== undefined && from >= all.length) {
    return end(response, 416, { 'content-range': `bytes */${all.length}` });
  }
  const start = fault?.kind === 'other range' ? 0 : (from ?? 0);
  const body = all.subarray(start);
  const ranged = { 'content-range': `bytes ${start}-${all.length - 1}/${all.length}` };
  const length = fault?.kind === 'end' ? fault.after : body.length;
  response.writeHead(from === undefined ? 200 : 206, {
    ...headers,
    ...(from !== undefined && ranged),
    'accept-ranges': 'bytes',
    'content-length': length,
  });
  if (method === 'HEAD') return response.end();
  if (fault?.kind === 'end') return response.end(body.subarray(0, fault.after));
  if (fault?.kind === 'slow') {
    response.write(body.subarray(0, body.length / 2));
    setTimeout(() => response.end(body.subarray(body.length / 2)), fault.milliseconds);
    return response;
  }
  if (fault?.kind !== 'cut' && fault?.kind !== 'stall') return response.end(body);
  response.write(body.subarray(0, fault.after), () => {
    if (fault.kind === 'cut') response.destroy();
  });
  return response;
}

function json(
  response: ServerResponse,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): ServerResponse {
  return response
    .writeHead(200, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(value));
}

function end(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body = '',
): ServerResponse {
  return response.writeHead(status, headers).end(body);
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
