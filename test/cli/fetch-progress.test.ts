// What is shown of files that are fetched, on a terminal and elsewhere.
import { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type ShownProgress, showFetch } from '../../harness/cli/fetch-progress.ts';

/** A stream, and all that was written to it. */
function capture(isTTY: boolean): { stream: NodeJS.WriteStream; text(): string } {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns: 100 }) as Writable as NodeJS.WriteStream, text: () => text };
}

async function fetchTwo(progress: ShownProgress): Promise<void> {
  progress.log('before');
  progress.begin(2, 3_000_000);
  const file = { path: 'a', target: 'a', sha256: 'a'.repeat(64) };
  const first = progress.file('org/tiny a', 1_000_000);
  first.onBytes(500_000);
  first.onBytes(1_000_000);
  // Bars are drawn now and then.
  await setTimeout(250);
  first.end({ ...file, size: 1_000_000, isDownloaded: true });
  progress.log('between');
  const second = progress.file('org/tiny b', 2_000_000);
  second.end({ ...file, size: 2_000_000, isDownloaded: false });
  progress.stop();
  progress.log('after');
}

const LINES = [
  'before',
  '2 files, 3 MB',
  '[1/2] org/tiny a · 1 MB · downloaded',
  'between',
  '[2/2] org/tiny b · 2 MB · in the cache',
  'after',
];

it('writes a line for each file elsewhere', async () => {
  const { stream, text } = capture(false);
  await fetchTwo(showFetch(stream));
  expect(text()).toBe(LINES.map((line) => `${line}\n`).join(''));
});

it('draws bars on a terminal, and the same lines, each once', async () => {
  const { stream, text } = capture(true);
  await fetchTwo(showFetch(stream));
  const shown = text();
  const places = LINES.map((line) => shown.indexOf(line));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  for (const line of LINES) expect(shown.split(line)).toHaveLength(2);
  expect(shown).toMatch(/org\/tiny a · .*1 MB of 1 MB/);
  // The cursor is shown again.
  expect(shown).toContain('\u001b[?25h');
});

it.each([false, true])('shows nothing that a terminal obeys of titles and lines (a terminal: %s)', async (isTTY) => {
  const { stream, text } = capture(isTTY);
  const progress = showFetch(stream);
  const hostile = 'a\u009B2Jb\u001B]0;c\u0007';
  progress.log(hostile);
  progress.begin(1, 1_000_000);
  const file = progress.file(hostile, 1_000_000);
  progress.log(hostile);
  await setTimeout(250);
  file.end({ path: 'a', target: 'a', sha256: 'a'.repeat(64), size: 1_000_000, isDownloaded: true });
  progress.stop();
  for (const obeyed of ['\u009B', '\u001B]', '\u0007']) expect(text()).not.toContain(obeyed);
  expect(text().split('a\\u009b2Jb\\u001b]0;c\\u0007').length).toBeGreaterThan(3);
});
