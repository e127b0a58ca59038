// What the first command after a clone does to node_modules: real installations, from a registry of the test's own.
import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { type Project, projectWithRegistry } from './registry.ts';

const leftovers = ({ folder }: Project) => existsSync(join(folder, '.installing'));

describe('packages that npm installed', () => {
  test('are used as they are, offline too', async () => {
    const project = await projectWithRegistry();
    await project.npm('ci');
    await project.goOffline();
    expect(await project.start().ended).toEqual({ code: 0, stdout: '1.0.0\n', stderr: '' });
  });

  test('are used through a link', async () => {
    const project = await projectWithRegistry();
    await project.npm('ci');
    const elsewhere = join(temporaryFolder(), 'node_modules');
    renameSync(join(project.folder, 'node_modules'), elsewhere);
    symlinkSync(elsewhere, join(project.folder, 'node_modules'));
    expect(await project.start().ended).toMatchObject({ code: 0, stdout: '1.0.0\n' });
    project.want('2.0.0');
    const { code, stderr } = await project.start().ended;
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^node_modules is a link and not of this lock file.*\n$/),
    ]);
    expect(existsSync(join(elsewhere, 'greeter'))).toBe(true);
  });

  test.each([
    ['of another lock file', (project: Project) => project.want('2.0.0'), '2.0.0'],
    [
      'of which one is gone',
      ({ folder }: Project) => rmSync(join(folder, 'node_modules/greeter'), { recursive: true }),
      '1.0.0',
    ],
    [
      'without a list of them',
      ({ folder }: Project) => rmSync(join(folder, 'node_modules/.package-lock.json')),
      '1.0.0',
    ],
  ])('%s are replaced', async (_what, change, version) => {
    const project = await projectWithRegistry();
    await project.npm('ci');
    change(project);
    const { code, stdout, stderr } = await project.start().ended;
    expect([code, stdout, stderr]).toEqual([0, `${version}\n`, expect.stringMatching(/^installing dependencies/)]);
    expect(leftovers(project)).toBe(false);
  });

  test('stay where their successors cannot be had', async () => {
    const project = await projectWithRegistry();
    await project.npm('ci');
    project.want('2.0.0');
    await project.goOffline();
    const { code, stderr } = await project.start().ended;
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/npm ci failed; its output is above\n$/);
    expect(leftovers(project)).toBe(false);
    project.want('1.0.0');
    expect(await project.start().ended).toMatchObject({ code: 0, stdout: '1.0.0\n' });
  });
});

describe('an installation', () => {
  test('that is cut off leaves what was there, and the next command makes it anew', async () => {
    const project = await projectWithRegistry();
    await project.npm('ci');
    project.want('2.0.0');
    const asked = new Promise<void>((resolve) => {
      project.beforeDownload = () => {
        resolve();
        return new Promise(() => {});
      };
    });
    const run = project.start();
    await asked;
    run.kill();
    await run.ended;
    expect(readFileSync(join(project.folder, 'node_modules/greeter/greeter.mjs'), 'utf8')).toContain('1.0.0');
    project.beforeDownload = async () => {};
    expect(await project.start().ended).toMatchObject({ code: 0, stdout: '2.0.0\n' });
    expect(leftovers(project)).toBe(false);
  });

  test('is made once by two commands at once', async () => {
    const project = await projectWithRegistry();
    const [first, second] = await Promise.all([project.start().ended, project.start().ended]);
    expect([first.code, second.code, first.stdout, second.stdout]).toEqual([0, 0, '1.0.0\n', '1.0.0\n']);
    expect([first.stderr, second.stderr].sort()).toEqual([
      'another process is installing the dependencies\n',
      expect.stringMatching(/^installing dependencies/),
    ]);
    expect(project.downloads).toBe(1);
    expect(leftovers(project)).toBe(false);
  });

  test('that the place does not allow is refused in one line', async () => {
    const project = await projectWithRegistry();
    writeFileSync(join(project.folder, '.installing'), '');
    const { code, stderr } = await project.start().ended;
    expect([code, stderr]).toEqual([2, expect.stringMatching(/the packages cannot be installed .*ENOTDIR.*\n$/)]);
  });
});
