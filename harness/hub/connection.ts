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

export interface Question {
  readonly url: string;
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
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

/**
 * Asks once. A 416 (no such range) is given like a success, and where only the head is asked for, so is a redirect.
 * @throws PassingFault where asking again may help, InputError for what the hub refuses, HubFailure for other answers
 */
export async function request(connection: Connection, question: Question, asked: Asked): Promise<Answer> {
  const watch = watchArrival(connection);
  try {
    const { response, hubHeaders } = await follow(connection, question, asked, watch);
    const reader = response.body?.getReader();
    const read = () => watch.arriving(async () => (await reader?.read())?.value);
    return { status: response.status, headers: response.headers, hubHeaders, read, close: watch.close };
  } catch (error) {
    watch.close();
    throw error;
  }
}

interface Watch {
  readonly signal: AbortSignal;
  /** Does what waits for something to arrive. @throws PassingFault where it does not */
  arriving<T>(work: () => Promise<T>): Promise<T>;
  /** Ends the connection, if it has not ended. */
  close(): void;
}

function watchArrival({ signal, stallSeconds }: Connection): Watch {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 1000 * stallSeconds);
  return {
    signal: AbortSignal.any([signal, stop.signal]),
    async arriving(work) {
      try {
        const arrived = await work();
        timer.refresh();
        return arrived;
      } catch (error) {
        if (signal.aborted) throw error;
        if (stop.signal.aborted) throw new PassingFault(`nothing came for ${stallSeconds} s`);
        const reason = networkReason(error);
        throw reason === undefined ? error : new PassingFault(reason);
      }
    },
    close() {
      clearTimeout(timer);
      stop.abort();
    },
  };
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 10;

async function follow(
  connection: Connection,
  { url, method = 'GET', headers = {} }: Question,
  asked: Asked,
  { signal, arriving }: Watch,
): Promise<{ readonly response: Response; readonly hubHeaders: Headers }> {
  const hub = new URL(connection.endpoint).origin;
  let hubHeaders: Headers | undefined;
  let at = new URL(url);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const { href, origin, host } = at;
    const sent = { ...headers, ...ownHeaders(connection, origin === hub) };
    const response = await arriving(() => fetch(href, { method, redirect: 'manual', signal, headers: sent }));
    hubHeaders ??= response.headers;
    const isRedirect = REDIRECTS.has(response.status);
    if (response.ok || response.status === 416 || (isRedirect && method === 'HEAD')) return { response, hubHeaders };
    await arriving(async () => response.body?.cancel());
    if (!isRedirect) {
      // Of a signed address that has expired, the hub gives another.
      throw origin === hub
        ? refusal(response, asked, connection)
        : new PassingFault(`${host} answers ${response.status}`);
    }
    at = redirected(at, response.headers.get('location') ?? '', asked);
  }
  throw new HubFailure(`${asked.where}: ${asked.repo}: redirected more than ${MOST_REDIRECTS} times`);
}

/** Lengths and ranges are of the file's own bytes only where nothing compresses them on the way. */
function ownHeaders({ token }: Hub, isHub: boolean): Record<string, string> {
  const own = { 'user-agent': 'peftbench', 'accept-encoding': 'identity' };
  return isHub && token !== undefined ? { ...own, authorization: `Bearer ${token.value}` } : own;
}

function redirected(from: URL, location: string, { where, repo }: Asked): URL {
  const to = location !== '' && URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const allowed = from.protocol === 'http:' ? ['http:', 'https:'] : ['https:'];
  if (to !== undefined && allowed.includes(to.protocol)) return to;
  throw new HubFailure(
    `${where}: ${repo}: redirected to ${JSON.stringify(location)}; expected an address of ${allowed.join(' or ')}`,
  );
}

/** What cut a connection, or kept it from being made; undefined for an error of another kind. */
function networkReason(error: unknown): string | undefined {
  const isOfFetch = error instanceof TypeError && ['fetch failed', 'terminated'].includes(error.message);
  const cause = isOfFetch ? error.cause : error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') {
    return cause.message === '' ? cause.code : `${cause.message} (${cause.code})`;
  }
  return isOfFetch ? error.message : undefined;
}
