// A disk of 64 KiB that lives as long as one test.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const mount = (folder: string) =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' }).status === 0;
const unmount = (folder: string) => {
  spawnSync('umount', [folder], { stdio: 'ignore' });
  rmdirSync(folder);
};

/** Whether this process may mount one. */
export const canMount = tryMount();

export function smallDisk(): string {
  const folder = mkdtempSync(join(tmpdir(), 'peftbench-disk-'));
  onTestFinished(() => unmount(folder));
  if (!mount(folder)) throw new Error(`${folder}: cannot mount a disk`);
  return folder;
}

function tryMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'peftbench-disk-'));
  const mounted = mount(folder);
  unmount(folder);
  return mounted;
}
