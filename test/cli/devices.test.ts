// Devices that are missing, in processes of their own: what `run` and `doctor` say of them, native libraries included.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEVICES } from '../../harness/tensor/device-names.ts';
import { describeRuntime } from '../../harness/tensor/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

function peftbench(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'harness/cli/main.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    // Where Vulkan is asked for its drivers, there is no adapter.
    env: { ...process.env, VK_DRIVER_FILES: '/nonexistent' },
  });
  return { status, stdout, stderr };
}

let findings: Readonly<Record<string, string>>;
let noise: string;
beforeAll(() => {
  const { stdout, stderr } = peftbench('doctor', '--json');
  findings = JSON.parse(stdout);
  noise = stderr;
}, 60_000);

const { version, providers } = describeRuntime();

describe('doctor', () => {
  it('says of every device that it works, or why it does not', () => {
    expect(findings['device cpu']).toBe('works');
    for (const device of DEVICES) {
      expect(findings[`device ${device}`]).toMatch(
        new RegExp(`^(works|does not work: the device ${device} is not there: \\S.*\\S)$`),
      );
    }
  });

  it('says of a device that the runtime is not built for what it is built for', () => {
    const names = providers.map(({ name }) => name);
    const absent = DEVICES.filter((device) => !names.includes(device));
    expect(absent).not.toEqual([]);
    for (const device of absent) {
      const built = `onnxruntime-node ${version} for ${process.platform}-${process.arch} is built with ${names.join(', ')}`;
      expect(findings[`device ${device}`]).toBe(`does not work: the device ${device} is not there: ${built}`);
    }
  });

  it('has no list of kernels, unless it is asked for', () => {
    expect(findings.kernels).toMatch(
      /^\d+ by ONNX Runtime, \d+ on the host \(tfjs's own; doctor --kernels names them\)$/,
    );
  });

  it('says nothing else, nor do the libraries that it tries', () => expect(noise).toBe(''));

  it.runIf(process.platform === 'linux')('says that there is no adapter for webgpu', () => {
    expect(findings['device webgpu']).toMatch(/Failed to get a WebGPU adapter: No supported adapters$/);
  });
});

describe('run on a device that is missing', () => {
  const missing = (device: string) => findings[`device ${device}`] !== 'works';

  it.for(['webgpu', 'cuda', 'coreml', 'dml'])(
    '%s: one line with the reason, exit code 2, nothing written',
    (device, { skip }) => {
      if (!missing(device)) skip(`${device} works here`);
      const folder = temporaryFolder();
      const { status, stdout, stderr } = peftbench(
        'run',
        'results/quick',
        '--device',
        device,
        '--out',
        join(folder, 'out'),
      );
      expect([status, stdout]).toEqual([2, '']);
      const reason = findings[`device ${device}`]?.replace('does not work: ', '');
      expect(stderr).toBe(`peftbench: ${reason}\n`);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('a backend that computes on the cpu takes no other device', () => {
    const folder = temporaryFolder();
    const args = ['--backend', 'cpu', '--device', 'webgpu', '--out', join(folder, 'out')];
    const { status, stdout, stderr } = peftbench('run', 'results/quick', ...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe('peftbench: the cpu backend computes on cpu here, not on webgpu\n');
    expect(readdirSync(folder)).toEqual([]);
  });
});
