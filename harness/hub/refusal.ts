// What the hub refuses, by status and X-Error-Code, in words that say what to mend.
import { InputError } from '../contracts/input-error.ts';
import type { Hub } from './environment.ts';
import { HubFailure } from './hub-failure.ts';
import { askedPause, PassingFault } from './tries.ts';

/** What a request is about. */
export interface Asked {
  /** Where it is asked for, such as `sources.json: models.llama3-8b`. */
  readonly where: string;
  readonly kind: 'model' | 'dataset';
  readonly repo: string;
  readonly revision: string;
  /** Absent where the repository itself is asked about. */
  readonly path?: string;
}

const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** The error of an answer by the hub itself that is none of success. */
export function refusal({ status, headers }: Pick<Response, 'status' | 'headers'>, asked: Asked, hub: Hub): Error {
  if (PASSING.has(status)) return new PassingFault(`the hub answers ${status}`, askedPause(headers));
  const { where, kind, repo, revision, path } = asked;
  const code = headers.get('x-error-code');
  const message = headers.get('x-error-message');
  const said = `${status}${message === null ? '' : `: ${message}`}`;
  const { token } = hub;
  const held = token === undefined ? 'no token is set' : `the token of ${token.from} may not`;
  if (code === 'GatedRepo') {
    const page = `${hub.endpoint}/${kind === 'model' ? '' : 'datasets/'}${repo}`;
    return new InputError(
      `${where}: ${repo} is gated (${said}); accept its licence at ${page}, and set HF_TOKEN to a token of that account (${held})`,
    );
  }
  if (code === 'RevisionNotFound') {
    return new InputError(
      `${where}: ${repo} has no revision ${JSON.stringify(revision)}; expected a branch, a tag or a commit of it`,
    );
  }
  if (code === 'EntryNotFound' || (status === 404 && code === null && path !== undefined)) {
    return new InputError(
      `${where}: ${repo} at ${revision} has no file ${JSON.stringify(path)}; expected one that it has`,
    );
  }
  if (status === 401 && message === 'Invalid credentials in Authorization header') {
    return new InputError(
      `${token?.from ?? where}: ${hub.endpoint} knows no such token (${said}); expected one that it has given`,
    );
  }
  // To those without a token the hub says 401 of what is not there, too.
  if (status === 404 || status === 401) {
    return new InputError(
      `${where}: ${hub.endpoint} has no ${kind} ${JSON.stringify(repo)}, or it is private (${said}); expected one that is there, or a token in HF_TOKEN that may read it (${held})`,
    );
  }
  if (status === 403) {
    return new InputError(
      `${where}: access to ${repo} is refused (${said}); expected a token in HF_TOKEN that may read it (${held})`,
    );
  }
  return new HubFailure(`${where}: ${repo}: the hub answers ${said}`);
}
