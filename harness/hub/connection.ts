// A request: the token for the hub's own host alone, redirects followed one by one, and a connection that is cut or stands
// still told as a fault that passes.
import type { Hub } from './environment.ts';
import { HubFailure } from './hub-failure.ts';
import { type Asked, refusal } from './refusal.ts';
import { PassingFault, type Waiting } from './tries.ts';

export interface Connection extends Hub, Waiting {
  /** Ends whatever is under way. */
  readonly signal: AbortSignal;
  /** After so many seconds without a byte a connection is given up. */
  readonly stallSeconds: number;
}

/** An answer whose body is still to come. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Those of the hub, where another host answers in the end. */
  readonly hubHeaders: Headers;
  /** The next bytes; undefined at the end. @throws PassingFault where the connection is cut or stands still */
  read(): Promise<Uint8Array | undefined>;
  /** To be called in the end, whether all was read or not. */
  close(): void;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 10;

/**
 * Asks once. A 416 (no such range) is given like a success.
 * @throws PassingFault where asking again may help, InputError for what the hub refuses, HubFailure for other answers
 */
export async function request(
  connection: Connection,
  url: string,
  headers: Readonly<Record<string, string>>,
  asked: Asked,
): Promise<Answer> {
  const stop = new AbortController();
  const signal = AbortSignal.any([connection.signal, stop.signal]);
  const timer = setTimeout(() => stop.abort(), 1000 * connection.stallSeconds);
  const close = (): void => {
    clearTimeout(timer);
    stop.abort();
  };
  const arriving = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (connection.signal.aborted) throw error;
      if (stop.signal.aborted) throw new PassingFault(`nothing came for ${connection.stallSeconds} s`);
      const reason = networkReason(error);
      throw reason === undefined ? error : new PassingFault(reason);
    } finally {
      timer.refresh();
    }
  };
  try {
    let hubHeaders: Headers | undefined;
    let at = new URL(url);
    for (let redirects = 0; ; redirects++) {
      const here = at;
      const isHub = here.origin === new URL(connection.endpoint).origin;
      const response = await arriving(() =>
        fetch(here, { redirect: 'manual', signal, headers: { ...headers, ...ownHeaders(connection, isHub) } }),
      );
      hubHeaders ??= response.headers;
      if (!REDIRECTS.has(response.status)) {
        if (!response.ok && response.status !== 416) {
          // Of a signed address that has expired, the hub gives another.
          throw isHub ? refusal(response, asked, connection) : new PassingFault(`${here.host} answers ${response.status}`);
        }
        const reader = response.body?.getReader();
        return {
          status: response.status,
          headers: response.headers,
          hubHeaders,
          read: () => arriving(async () => (await reader?.read())?.value),
          close,
        };
      }
      await arriving(async () => response.body?.cancel());
      const location = response.headers.get('location') ?? '';
      if (redirects === MOST_REDIRECTS) {
        throw new HubFailure(`${asked.where}: ${asked.repo}: redirected more than ${MOST_REDIRECTS} times`);
      }
      at = redirected(here, location, asked);
    }
  } catch (error) {
    close();
    throw error;
  }
}

/** Lengths and ranges are of the file's own bytes only where nothing compresses them on the way. */
function ownHeaders({ token }: Hub, isHub: boolean): Record<string, string> {
  return {
    'user-agent': 'peftbench',
    'accept-encoding': 'identity',
    ...(isHub && token !== undefined && { authorization: `Bearer ${token.value}` }),
  };
}

function redirected(from: URL, location: string, { where, repo }: Asked): URL {
  const to = location !== '' && URL.canParse(location, from) ? new URL(location, from) : undefined;
  const allowed = from.protocol === 'http:' ? ['http:', 'https:'] : ['https:'];
  if (to !== undefined && allowed.includes(to.protocol)) return to;
  throw new HubFailure(
    `${where}: ${repo}: redirected to ${JSON.stringify(to?.origin ?? location)}; expected an address of ${allowed.join(' or ')}`,
  );
}

/** What cut a connection, or kept it from being made; undefined for an error of another kind. */
function networkReason(error: unknown): string | undefined {
  const isFetchs = error instanceof TypeError && ['fetch failed', 'terminated'].includes(error.message);
  const cause = isFetchs ? error.cause : error;
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') {
    return isFetchs ? error.message : undefined;
  }
  return cause.message === '' ? cause.code : `${cause.message} (${cause.code})`;
}
