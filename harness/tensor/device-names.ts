// The devices by name; apart, so that whoever lists them loads no tensors.

/** The first is what the onnx backend computes on unless told otherwise; which of the others there are, the machine says. */
export const DEVICES = ['cpu', 'webgpu', 'cuda', 'coreml', 'dml'] as const;
export type Device = (typeof DEVICES)[number];

export function isDevice(name: string): name is Device {
  return (DEVICES as readonly string[]).includes(name);
}
