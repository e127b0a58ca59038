// Which hub, token and cache the environment names.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cacheOfEnvironment, hubOfEnvironment } from '../../harness/hub/environment.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const NAMES = [
  ...['HF_ENDPOINT', 'HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'HF_TOKEN_PATH', 'HF_HOME', 'HF_HUB_CACHE'],
  ...['HUGGINGFACE_HUB_CACHE', 'XDG_CACHE_HOME'],
];

beforeEach(() => {
  for (const name of NAMES) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const withVariables = (variables: Readonly<Record<string, string>>) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
};

it.each<[variables: Record<string, string>, cache: string]>([
  [{}, join(homedir(), '.cache/huggingface/hub')],
  [{ XDG_CACHE_HOME: '/x' }, '/x/huggingface/hub'],
  [{ XDG_CACHE_HOME: '/x', HF_HOME: '/h' }, '/h/hub'],
  [{ HF_HOME: '~/h' }, join(homedir(), 'h/hub')],
  [{ HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/old' }, '/old'],
  [{ HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/old', HF_HUB_CACHE: '/c' }, '/c'],
])('the cache of %j is %s', (variables, cache) => {
  withVariables(variables);
  expect(cacheOfEnvironment()).toBe(cache);
});

it.each(['HF_HOME', 'HF_HUB_CACHE', 'XDG_CACHE_HOME'])('an empty %s names no cache', (name) => {
  vi.stubEnv(name, '');
  expect(() => cacheOfEnvironment()).toThrow(`${name}: is empty; expected a path`);
});

describe('the hub', () => {
  it.each([
    [undefined, 'https://huggingface.co'],
    ['', 'https://huggingface.co'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['https://mirror.example/hub//', 'https://mirror.example/hub'],
  ])('of HF_ENDPOINT %j is %s', (given, endpoint) => {
    vi.stubEnv('HF_ENDPOINT', given);
    expect(hubOfEnvironment().endpoint).toBe(endpoint);
  });

  it.each([
    'mirror.example',
    'ftp://mirror.example',
    'https://user:secret@mirror.example',
    'https://mirror.example/?a=b',
  ])('of HF_ENDPOINT %j is refused', (given) => {
    vi.stubEnv('HF_ENDPOINT', given);
    expect(() => hubOfEnvironment()).toThrow(
      /^HF_ENDPOINT: .*; expected an address such as https:\/\/huggingface\.co$/,
    );
  });
});

describe('the token', () => {
  it('is HF_TOKEN, or lies in a file', () => {
    const folder = temporaryFolder({ token: 'hf_file\n', other: 'hf_other', empty: '\n' });
    withVariables({ HF_HOME: folder });
    expect(hubOfEnvironment().token).toEqual({ value: 'hf_file', from: join(folder, 'token') });
    withVariables({ HF_TOKEN_PATH: join(folder, 'other') });
    expect(hubOfEnvironment().token).toEqual({ value: 'hf_other', from: join(folder, 'other') });
    withVariables({ HF_TOKEN: ' hf_variable ' });
    expect(hubOfEnvironment().token).toEqual({ value: 'hf_variable', from: 'HF_TOKEN' });
    withVariables({ HF_TOKEN: '', HF_TOKEN_PATH: join(folder, 'empty') });
    expect(hubOfEnvironment().token).toBe(undefined);
  });

  it('is in no message', () => {
    vi.stubEnv('HF_TOKEN', 'hf_two words');
    expect(() => hubOfEnvironment()).toThrow(
      'HF_TOKEN: holds characters that no token has; expected a token of the hub',
    );
  });
});
