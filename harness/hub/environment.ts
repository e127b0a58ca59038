// Which hub, which token and which cache: by the environment variables that Python's huggingface_hub goes by too.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { getHFHubCachePath, HUB_URL } from '@huggingface/hub';
import { InputError } from '../contracts/input-error.ts';
import { readBytes } from '../formats/text.ts';

export interface Hub {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly token: Token | undefined;
}

export interface Token {
  readonly value: string;
  /** Where it was found, for messages. */
  readonly from: string;
}

/**
 * HF_ENDPOINT, then HF_TOKEN, or the file that HF_TOKEN_PATH names, or `token` in HF_HOME.
 * @throws InputError naming the variable, never a token
 */
export function hubOfEnvironment(): Hub {
  return { endpoint: endpoint(), token: token() };
}

/**
 * HF_HUB_CACHE, or the folder `hub` in HF_HOME, which is ~/.cache/huggingface unless given.
 * @throws InputError for a variable that is empty
 */
export function cacheOfEnvironment(): string {
  for (const name of ['HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE', 'HF_HOME', 'XDG_CACHE_HOME']) {
    if (process.env[name] === '') throw new InputError(`${name}: is empty; expected a path`);
  }
  return withHome(getHFHubCachePath());
}

function endpoint(): string {
  const given = process.env.HF_ENDPOINT || HUB_URL;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isPlain = url?.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!isPlain || !['http:', 'https:'].includes(url.protocol)) {
    throw new InputError(`HF_ENDPOINT: ${JSON.stringify(given)}; expected an address such as ${HUB_URL}`);
  }
  return url.href.replace(/\/+$/, '');
}

function token(): Token | undefined {
  const given = process.env.HF_TOKEN || process.env.HUGGING_FACE_HUB_TOKEN;
  if (given) return checked(given, process.env.HF_TOKEN ? 'HF_TOKEN' : 'HUGGING_FACE_HUB_TOKEN');
  const file = withHome(process.env.HF_TOKEN_PATH || join(home(), 'token'));
  return existsSync(file) ? checked(readBytes(file).toString('utf8'), file) : undefined;
}

function checked(text: string, from: string): Token | undefined {
  const value = text.trim();
  if (value === '') return undefined;
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw new InputError(`${from}: holds characters that no token has; expected a token of the hub`);
  }
  return { value, from };
}

function home(): string {
  return process.env.HF_HOME ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface');
}

function withHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}
