// What sets devices apart: their memory, operators that they lack, and whether they are there.
import { InputError } from '../../contracts/input-error.ts';
import type { Device } from '../device-names.ts';
import { createCopy } from './copy.ts';
import { DeviceMemory } from './device-memory.ts';
import { HostMemory } from './host-memory.ts';
import type { Memory } from './memory.ts';
import { describeRuntime } from './runtime.ts';
import { type Rewrite, WEBGPU_REWRITES } from './webgpu-operators.ts';

/** The binding shares buffers between sessions on webgpu only; on the other devices values go up and down with each run. */
export function storageOf(device: Device, threads: number): Memory {
  return device === 'webgpu' ? new DeviceMemory({ threads, device }) : new HostMemory();
}

/** How operators are recorded that a device has no kernel for. */
export function rewritesOf(device: Device): ReadonlyMap<string, Rewrite> {
  return device === 'webgpu' ? WEBGPU_REWRITES : new Map();
}

/**
 * Fused kernels whose plain form a device computes instead. ONNX Runtime's SimplifiedLayerNormalization gives no second
 * output on webgpu, which RmsNorm's gradient is made of; a Scan is the cpu's. Packed weights have no plain form: webgpu has
 * no memory for them.
 */
export function isLackedBy(device: Device, kernelName: string): boolean {
  if (device === 'webgpu' && ['RmsNorm', 'Dequantize', 'DequantizeRows'].includes(kernelName)) return true;
  return device !== 'cpu' && kernelName.startsWith('LinearSoftmax');
}

/** @throws InputError that says why graphs cannot run on a device */
export function requireDevice(device: Device): void {
  const { name, version, providers } = describeRuntime();
  const refuse = (reason: string) => new InputError(`the device ${device} is not there: ${reason}`);
  if (!providers.some((provider) => provider.name === device)) {
    const names = providers.map((provider) => provider.name).join(', ');
    throw refuse(`${name} ${version} for ${process.platform}-${process.arch} is built with ${names}`);
  }
  try {
    createCopy('float32', { threads: 1, device }).session.dispose();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const separate = providers.some((provider) => provider.name === device && !provider.bundled);
    throw refuse(`${reasonOf(message)}${separate ? ` (${name} comes without its libraries)` : ''}`);
  }
}

/** ONNX Runtime's message without the place and the condition in its sources that it begins with. */
function reasonOf(message: string): string {
  return message
    .replace(/^.*? was false\. /s, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
}
