// Faults of the way: cut and stalled connections, busy servers, wrong bytes and lengths, redirects; and who gets the token.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TRIES } from '../../harness/hub/tries.ts';
import { hostName } from '../../harness/records/write-whole.ts';
import { canMount, smallDisk } from '../small-disk.ts';
import { bytesOf, type Here, here } from './here.ts';
import { type Asked, type Fault, TOKEN } from './server.ts';

const WEIGHTS = bytesOf(300_000);
const ETAG = createHash('sha256').update(WEIGHTS).digest('hex');

/** A hub with one large file, whose download goes wrong the first so many times that its content is asked for. */
async function hubWith(
  faults: readonly Fault[],
  host: Asked['host'] = 'cdn',
  changes: Parameters<typeof here>[0] = {},
) {
  const place = await here(changes);
  place.hub.commit('model', 'org/tiny', { 'model.safetensors': WEIGHTS });
  const left = [...faults];
  place.hub.fault = (asked) =>
    asked.host === host && asked.method === 'GET' && (host === 'cdn' || asked.path.includes('/resolve/'))
      ? left.shift()
      : undefined;
  return place;
}

const blobs = ({ cache }: Here) => join(cache, 'models--org--tiny', 'blobs');
const ranges = ({ hub }: Here) => hub.asked.filter(({ host }) => host === 'cdn').map(({ range }) => range);

/** The file that came of it. */
const result = ({ folder }: Here) => readFileSync(join(folder, 'models/tiny/model.safetensors'));

describe('a download', () => {
  it('goes on where it was cut off, as often as that is', async () => {
    const place = await hubWith([
      { kind: 'cut', after: 100_000 },
      { kind: 'cut', after: 50_000 },
      { kind: 'end', after: 10 },
    ]);
    await place.fetch();
    expect(result(place).equals(WEIGHTS)).toBe(true);
    const [first, second = '', third = '', fourth] = ranges(place);
    expect(first).toBe(undefined);
    // As much as was sent may not have come through.
    const [from, on] = [second, third].map((range) => Number(/^bytes=(\d+)-$/.exec(range)?.[1]));
    expect(from).toBeGreaterThan(0);
    expect(from).toBeLessThanOrEqual(100_000);
    expect(on).toBeGreaterThan(from ?? 0);
    expect(fourth).toBe(`bytes=${(on ?? 0) + 10}-`);
    expect(place.notes).toHaveLength(3);
    expect(place.notes[0]).toMatch(/^org\/tiny model\.safetensors: .*; again in 1 s \(try 2 of 6\)$/);
    expect(place.notes[2]).toMatch(/: ended after \d+ of 300000 bytes; again in 4 s \(try 4 of 6\)$/);
  });

  it('that stands still is given up, and goes on', async () => {
    const place = await hubWith([{ kind: 'stall', after: 1000 }], 'cdn', { stallSeconds: 0.2 });
    await place.fetch();
    expect(result(place).equals(WEIGHTS)).toBe(true);
    expect(place.notes).toEqual([expect.stringContaining('nothing came for 0.2 s; again in 1 s')]);
  });

  it('is given up after a stated number of tries, and what came is kept for the next time', async () => {
    const cut: Fault = { kind: 'cut', after: 20_000 };
    const place = await hubWith(Array.from({ length: TRIES }, () => cut));
    await expect(place.fetch()).rejects.toMatchObject({
      name: 'HubFailure',
      message: expect.stringMatching(/^org\/tiny model\.safetensors: .*; given up after 6 tries$/),
    });
    expect(place.pauses).toEqual([1, 2, 4, 8, 16]);
    expect(existsSync(join(place.folder, 'models'))).toBe(false);
    const [partial = '', ...others] = readdirSync(blobs(place));
    expect([partial, others]).toEqual([`${ETAG}.peftbench-${hostName()}-${process.pid}.incomplete`, []]);
    await place.fetch();
    expect(result(place).equals(WEIGHTS)).toBe(true);
    expect(ranges(place).at(-1)).toMatch(/^bytes=\d+-$/);
    expect(readdirSync(blobs(place))).toEqual([ETAG]);
  });

  it('counts only the tries since it last got on by a megabyte', async () => {
    const long = bytesOf(9 << 20);
    const place = await here();
    place.hub.commit('model', 'org/tiny', { 'model.safetensors': long });
    let cuts = 0;
    place.hub.fault = ({ host }) => (host === 'cdn' && ++cuts <= 7 ? { kind: 'cut', after: 5 << 18 } : undefined);
    await place.fetch();
    expect(place.pauses).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it('asks for the bytes as they are: lengths and ranges are of these', async () => {
    const place = await hubWith([]);
    await place.fetch();
    expect(new Set(place.hub.asked.map(({ encoding }) => encoding))).toEqual(new Set(['identity']));
  });

  it('begins anew where the server has no ranges, has not this one, or sends another', async () => {
    const faults: readonly Fault[] = [
      { kind: 'no ranges' },
      { kind: 'other range' },
      { kind: 'answer', status: 416, headers: { 'content-range': 'bytes */300000' } },
    ];
    for (const fault of faults) {
      const place = await hubWith([{ kind: 'cut', after: 100_000 }, fault]);
      await place.fetch();
      expect(result(place).equals(WEIGHTS)).toBe(true);
    }
  });

  it('that is whole but for its name is not asked for again', async () => {
    const place = await hubWith([]);
    mkdirSync(blobs(place), { recursive: true });
    writeFileSync(join(blobs(place), `${ETAG}.peftbench-${hostName()}-${process.pid}.incomplete`), WEIGHTS);
    await place.fetch();
    expect([result(place).equals(WEIGHTS), ranges(place)]).toEqual([true, []]);
  });
});

describe('wrong bytes', () => {
  const others = bytesOf(WEIGHTS.length, 2);
  const hash = createHash('sha256').update(others).digest('hex');

  it('are deleted, and said', async () => {
    const place = await hubWith([{ kind: 'bytes', bytes: others }]);
    await expect(place.fetch()).rejects.toMatchObject({
      name: 'HubFailure',
      message: expect.stringMatching(
        new RegExp(
          `^sources.json: models.tiny: org/tiny at .{7}: model.safetensors came with other bytes and was deleted: found sha256 ${hash}, expected ${ETAG}$`,
        ),
      ),
    });
    expect([readdirSync(blobs(place)), existsSync(join(place.folder, 'models'))]).toEqual([[], false]);
    await place.fetch();
    expect(result(place).equals(WEIGHTS)).toBe(true);
  });

  it('of a small file are found too', async () => {
    const place = await here();
    place.hub.commit('model', 'org/tiny', { 'config.json': '{"hidden_size":8}\n' });
    place.hub.fault = ({ path }) =>
      path.includes('resolve-cache') ? { kind: 'bytes', bytes: Buffer.from('{"hidden_size":9}\n') } : undefined;
    await expect(place.fetch()).rejects.toThrow(
      /config\.json came with other bytes and was deleted: found git blob [0-9a-f]{40}/,
    );
  });

  it('that were kept of an earlier download are told from those that come', async () => {
    const place = await hubWith([]);
    mkdirSync(blobs(place), { recursive: true });
    const name = `${ETAG}.peftbench-${hostName()}-${process.pid}.incomplete`;
    writeFileSync(join(blobs(place), name), others.subarray(0, 1000));
    await place.fetch();
    expect(result(place).equals(WEIGHTS)).toBe(true);
    expect(place.notes).toEqual([
      expect.stringContaining('what was kept of it has other bytes; once more from its beginning'),
    ]);
    expect(ranges(place)).toEqual(['bytes=1000-', undefined]);
  });

  it('are too many, and deleted', async () => {
    const place = await hubWith([{ kind: 'bytes', bytes: Buffer.concat([WEIGHTS, WEIGHTS]) }]);
    await expect(place.fetch()).rejects.toThrow(
      /more bytes than expected and was deleted: found \d+ or more, expected 300000$/,
    );
    expect(readdirSync(blobs(place))).toEqual([]);
  });

  it.each([
    ['x-linked-etag', '"0000"', /comes with the etag 0000; expected [0-9a-f]{64}/],
    ['x-linked-size', '7', /comes with the size 7; expected 300000/],
    ['x-repo-commit', '1'.repeat(40), /comes with the commit 1{40}; expected [0-9a-f]{40}/],
  ])('are not even asked for where %s tells of another file', async (name, value, message) => {
    const place = await here();
    place.hub.commit('model', 'org/tiny', { 'model.safetensors': WEIGHTS });
    const location = `${place.hub.cdn}/elsewhere`;
    place.hub.fault = ({ path, host }) => {
      if (host === 'cdn') return { kind: 'answer', status: 200 };
      return path.includes('/resolve/')
        ? { kind: 'answer', status: 302, headers: { location, [name]: value } }
        : undefined;
    };
    await expect(place.fetch()).rejects.toThrow(message);
  });
});

describe('a busy hub', () => {
  it.each<[string, Readonly<Record<string, string>>, number[]]>([
    ['as long as Retry-After says', { 'retry-after': '7' }, [7, 7]],
    [
      'until the date that Retry-After says',
      { date: 'Thu, 01 Jan 2026 00:00:00 GMT', 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' },
      [9, 9],
    ],
    ['until the rate limit is reset', { ratelimit: '"resolvers";r=0;t=55' }, [55, 55]],
    ['a second, then two, where it says nothing', {}, [1, 2]],
  ])('is waited for, %s', async (_how, headers, pauses) => {
    for (const status of [429, 503]) {
      const busy: Fault = { kind: 'answer', status, headers };
      const place = await hubWith([busy, busy], 'hub');
      await place.fetch();
      expect([result(place).equals(WEIGHTS), place.pauses]).toEqual([true, pauses]);
      expect(place.notes[0]).toContain(`the hub answers ${status}; again in ${pauses[0]} s`);
    }
  });

  it('is not waited for longer than five minutes', async () => {
    const place = await hubWith([{ kind: 'answer', status: 429, headers: { 'retry-after': '3600' } }], 'hub');
    await expect(place.fetch()).rejects.toThrow(/the hub answers 429, and asks to wait 3600 s; try again then$/);
    expect(place.pauses).toEqual([]);
  });

  it('is given up after a stated number of tries', async () => {
    const place = await here();
    place.hub.fault = () => ({ kind: 'answer', status: 502 });
    await expect(place.fetch()).rejects.toMatchObject({
      name: 'HubFailure',
      message: 'sources.json: models.tiny: org/tiny: the hub answers 502; given up after 6 tries',
    });
    expect(place.hub.asked).toHaveLength(TRIES);
  });

  it('that is not there is tried as often', async () => {
    const place = await here();
    await place.hub.close();
    await expect(place.fetch()).rejects.toThrow(/ECONNREFUSED.*; given up after 6 tries$/);
  });
});

describe('redirects', () => {
  it('are followed to other hosts and to other paths, and an expired address is asked for anew', async () => {
    const place = await hubWith([{ kind: 'answer', status: 403 }]);
    place.hub.commit('model', 'org/tiny', { 'model.safetensors': WEIGHTS, 'config.json': '{}\n' });
    await place.fetch();
    expect(result(place).equals(WEIGHTS)).toBe(true);
    expect(place.notes).toEqual([expect.stringMatching(/127\.0\.0\.1:\d+ answers 403; again in 1 s/)]);
    expect(place.hub.asked.filter(({ path }) => path.includes('resolve-cache'))).toHaveLength(1);
  });

  it('in a circle end', async () => {
    const location = '/org/tiny/resolve/main/model.safetensors';
    const place = await hubWith(
      Array.from({ length: 50 }, () => ({ kind: 'answer', status: 302, headers: { location } })),
      'hub',
    );
    await expect(place.fetch()).rejects.toThrow(/redirected more than 10 times$/);
  });

  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', 'http://[', ''])('to %j are refused', async (location) => {
    const place = await hubWith([{ kind: 'answer', status: 302, headers: { location } }], 'hub');
    await expect(place.fetch()).rejects.toThrow(/redirected to ".*"; expected an address of http: or https:$/);
  });

  const token = { value: TOKEN, from: 'HF_TOKEN' };
  const sent = ({ hub }: Here, host: Asked['host']) => [
    ...new Set(hub.asked.filter((asked) => asked.host === host).map(({ authorization }) => authorization)),
  ];

  it('carry the token to the hub alone', async () => {
    const place = await here({ token });
    place.hub.commit('model', 'org/tiny', { 'model.safetensors': WEIGHTS, 'config.json': '{}\n' }, { access: 'gated' });
    place.hub.pageSize = 1;
    await place.fetch();
    expect(result(place).equals(WEIGHTS)).toBe(true);
    expect([sent(place, 'hub'), sent(place, 'cdn')]).toEqual([[`Bearer ${TOKEN}`], [undefined]]);
  });

  it.each<[string, (cdn: string) => Fault]>([
    ['redirected to', (cdn) => ({ kind: 'answer', status: 307, headers: { location: `${cdn}/tree` } })],
    [
      'continued at',
      (cdn) => ({ kind: 'answer', status: 200, headers: { link: `<${cdn}/tree>; rel="next"` }, body: '[]' }),
    ],
  ])('carry the token to no host that a listing is %s', async (_how, fault) => {
    const place = await here({ token });
    place.hub.commit('model', 'org/tiny', { 'config.json': '{}\n' });
    place.hub.fault = ({ host, path }) => {
      if (host === 'cdn') return { kind: 'answer', status: 200, body: '[]' };
      return path.includes('/tree/') ? fault(place.hub.cdn) : undefined;
    };
    await expect(place.fetch()).rejects.toThrow(/has no file/);
    expect([sent(place, 'hub'), sent(place, 'cdn')]).toEqual([[`Bearer ${TOKEN}`], [undefined]]);
  });
});

describe('two at once', () => {
  const partialOf = (pid: number | undefined, host = hostName()) => `${ETAG}.peftbench-${host}-${pid}.incomplete`;

  it('wait for one another, and take over from one that is gone', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const gone = new Promise((resolve) => other.once('close', resolve));
    const place = await hubWith([], 'cdn', {
      pause: async () => {
        other.kill('SIGKILL');
        await gone;
      },
    });
    mkdirSync(blobs(place), { recursive: true });
    writeFileSync(join(blobs(place), partialOf(other.pid)), WEIGHTS.subarray(0, 200_000));
    await place.fetch();
    expect(result(place).equals(WEIGHTS)).toBe(true);
    expect(ranges(place)).toEqual(['bytes=200000-']);
    expect(place.notes).toEqual([
      `org/tiny model.safetensors: waits for process ${other.pid} on host ${hostName()}, which downloads it`,
    ]);
    expect(readdirSync(blobs(place))).toEqual([ETAG]);
  });

  it('take what the other has downloaded', async () => {
    const place: Here = await hubWith([], 'cdn', {
      pause: async () => writeFileSync(join(blobs(place), ETAG), WEIGHTS),
    });
    mkdirSync(blobs(place), { recursive: true });
    writeFileSync(join(blobs(place), partialOf(7, 'another-host')), '');
    await place.fetch();
    expect([result(place).equals(WEIGHTS), ranges(place)]).toEqual([true, []]);
  });

  it('take over from a host that has not been heard of for long', async () => {
    const place = await hubWith([]);
    mkdirSync(blobs(place), { recursive: true });
    const partial = join(blobs(place), partialOf(7, 'another-host'));
    writeFileSync(partial, WEIGHTS.subarray(0, 1000));
    utimesSync(partial, 1, 1);
    await place.fetch();
    expect([result(place).equals(WEIGHTS), ranges(place)]).toEqual([true, ['bytes=1000-']]);
  });
});

describe.skipIf(!canMount)('on a small disk (needs leave to mount one)', () => {
  it('what will not fit is refused before it is asked for', async () => {
    const place = await hubWith([]);
    const options = { cache: smallDisk() };
    await expect(place.fetch(place.wanted(), options)).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(/: has room for \d+ kB; expected 300 kB for what is to be downloaded/),
    });
    expect(place.hub.asked.some(({ method, path }) => method === 'GET' && path.includes('/resolve/'))).toBe(false);
  });

  it('what has arrived already needs no room', async () => {
    const disk = smallDisk();
    const place = await here();
    const most = bytesOf(50_000);
    place.hub.commit('model', 'org/tiny', { 'model.safetensors': most });
    const folder = join(disk, 'models--org--tiny', 'blobs');
    mkdirSync(folder, { recursive: true });
    const etag = createHash('sha256').update(most).digest('hex');
    writeFileSync(join(folder, `${etag}.peftbench-${hostName()}-${process.pid}.incomplete`), most.subarray(0, 30_000));
    await place.fetch(place.wanted(), { cache: disk });
    expect(result(place).equals(most)).toBe(true);
  });

  it('what no longer fits ends in one line, and what came is kept for the next time', async () => {
    const disk = smallDisk();
    const place = await here();
    const small = bytesOf(30_000);
    place.hub.commit('model', 'org/tiny', { 'model.safetensors': small });
    const filler = join(disk, 'filler');
    place.hub.fault = ({ host }) => {
      if (host === 'cdn') writeFileSync(filler, 'x'.repeat(40_000));
      return undefined;
    };
    await expect(place.fetch(place.wanted(), { cache: disk })).rejects.toMatchObject({
      name: 'WriteError',
      message: expect.stringMatching(/\.incomplete: cannot be written: no space left on device \(ENOSPC, write\)$/),
    });
    place.hub.fault = () => undefined;
    rmSync(filler);
    await place.fetch(place.wanted(), { cache: disk });
    expect(result(place).equals(small)).toBe(true);
    expect(ranges(place)).toEqual([undefined, expect.stringMatching(/^bytes=\d+-$/)]);
  });
});
