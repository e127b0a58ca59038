// What the hub refuses, in one line that says what to mend.
import { describe, expect, it } from 'vitest';
import { fetchSources } from '../../harness/hub/fetch-sources.ts';
import { here, SILENT } from './here.ts';
import { TOKEN } from './server.ts';

const FILES = { 'config.json': '{}\n' };
const refused = { value: 'hf_other', from: '/home/token' };

describe('a gated repository', () => {
  it.each([
    [undefined, 401, 'no token is set'],
    [refused, 403, 'the token of /home/token may not'],
  ])('says where its licence is accepted (token %j)', async (token, status, held) => {
    const { hub, wanted, fetch } = await here({ token });
    hub.commit('dataset', 'org/gated', FILES, { access: 'gated' });
    await expect(fetch(wanted({ kind: 'dataset', repo: 'org/gated' }))).rejects.toMatchObject({
      name: 'InputError',
      message: `sources.json: models.tiny: org/gated is gated (${status}: Access to dataset org/gated is restricted.); accept its licence at ${hub.endpoint}/datasets/org/gated, and set HF_TOKEN to a token of that account (${held})`,
    });
  });

  it('opens to a token that may', async () => {
    const { hub, fetch } = await here({ token: { value: TOKEN, from: 'HF_TOKEN' } });
    hub.commit('model', 'org/tiny', FILES, { access: 'gated' });
    expect(await fetch()).toHaveLength(1);
  });
});

describe('what is not there', () => {
  it.each([
    [undefined, '401: Invalid username or password.', 'no token is set'],
    [refused, '404: Repository not found', 'the token of /home/token may not'],
  ])('is named: a repository (token %j)', async (token, said, held) => {
    const { hub, fetch } = await here({ token });
    hub.commit('model', 'org/secret', FILES, { access: 'private' });
    await expect(fetch()).rejects.toMatchObject({
      name: 'InputError',
      message: `sources.json: models.tiny: ${hub.endpoint} has no model "org/tiny", or it is private (${said}); expected one that is there, or a token in HF_TOKEN that may read it (${held})`,
    });
  });

  it.each(['dev', 'f'.repeat(40)])('is named: the revision %s', async (revision) => {
    const { hub, wanted, fetch } = await here();
    hub.commit('model', 'org/tiny', FILES);
    await expect(fetch(wanted({ revision }))).rejects.toMatchObject({
      name: 'InputError',
      message: `sources.json: models.tiny: org/tiny has no revision "${revision}"; expected a branch, a tag or a commit of it`,
    });
  });

  it('is named: a file that is listed, and cannot be had', async () => {
    const { hub, fetch } = await here();
    const commit = hub.commit('model', 'org/tiny', FILES);
    for (const headers of [{ 'x-error-code': 'EntryNotFound' }, {}]) {
      hub.fault = ({ path }) => (path.includes('/resolve/') ? { kind: 'answer', status: 404, headers } : undefined);
      await expect(fetch()).rejects.toMatchObject({
        name: 'InputError',
        message: `sources.json: models.tiny: org/tiny at ${commit} has no file "config.json"; expected one that it has`,
      });
    }
  });
});

describe('an address that is no hub', () => {
  it.each([
    ['a page', '<!doctype html>'],
    ['another answer', '"pong"'],
    ['nothing', ''],
  ])('is told by its answer: %s', async (_what, body) => {
    const { hub, fetch } = await here();
    hub.fault = () => ({ kind: 'answer', status: 200, body });
    await expect(fetch()).rejects.toMatchObject({
      name: 'InputError',
      message: `${hub.endpoint}: its answer about org/tiny is not one of the hub's; expected its address in HF_ENDPOINT`,
    });
  });

  it.each([
    ['a commit', '{}', /: org\/tiny: sha: missing; expected a text like /],
    ['a commit that is none', '{"sha":"../.."}', /: org\/tiny: sha: "\.\.\/\.\."; expected a text like /],
  ])('is told by %s that it has not', async (_what, body, message) => {
    const { hub, fetch } = await here();
    hub.fault = () => ({ kind: 'answer', status: 200, body });
    await expect(fetch()).rejects.toThrow(message);
  });

  it.each([
    ['no size', '[{"type":"file","path":"a","oid":"0000000000000000000000000000000000000000"}]', /size: missing/],
    [
      'a hash that is none',
      '[{"type":"file","path":"a","size":1,"oid":"../../outside"}]',
      /oid: "\.\.\/\.\.\/outside"/,
    ],
  ])('is told by a listing with %s', async (_what, body, message) => {
    const { hub, fetch } = await here();
    hub.commit('model', 'org/tiny', FILES);
    hub.fault = ({ path }) => (path.includes('/tree/') ? { kind: 'answer', status: 200, body } : undefined);
    await expect(fetch()).rejects.toThrow(message);
  });
});

it('is asked for by the hub: answers of other kinds are told as they come', async () => {
  const { hub, fetch } = await here();
  hub.fault = () => ({ kind: 'answer', status: 400, headers: { 'x-error-message': 'Bad cursor' } });
  await expect(fetch()).rejects.toMatchObject({
    name: 'HubFailure',
    message: 'sources.json: models.tiny: org/tiny: the hub answers 400: Bad cursor',
  });
  hub.fault = () => ({ kind: 'answer', status: 403 });
  await expect(fetch()).rejects.toThrow(/access to org\/tiny is refused \(403\); expected a token in HF_TOKEN/);
});

it('a token that the hub has not given is told from one that may not', async () => {
  const { hub, fetch } = await here({ token: refused });
  const headers = { 'x-error-message': 'Invalid credentials in Authorization header' };
  hub.fault = () => ({ kind: 'answer', status: 401, headers });
  await expect(fetch()).rejects.toMatchObject({
    name: 'InputError',
    message: `/home/token: ${hub.endpoint} knows no such token (401: Invalid credentials in Authorization header); expected one that it has given`,
  });
});

it('of several repositories all that may not be read are named, before anything of one is downloaded', async () => {
  const { hub, connection, cache, wanted } = await here();
  hub.commit('model', 'org/tiny', FILES);
  for (const repo of ['org/one', 'org/two']) hub.commit('model', repo, FILES, { access: 'gated' });
  const repos = ['org/tiny', 'org/one', 'org/two'].map((repo) => wanted({ repo, where: repo }));
  await expect(
    fetchSources(connection, repos, { cache, lock: undefined, isCopy: false }, SILENT),
  ).rejects.toMatchObject({
    name: 'InputError',
    faults: [
      expect.stringMatching(/^org\/one: org\/one is gated/),
      expect.stringMatching(/^org\/two: org\/two is gated/),
    ],
  });
  expect(hub.asked.some(({ method, path }) => method === 'GET' && path.includes('/resolve/'))).toBe(false);
});
