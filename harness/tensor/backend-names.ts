// The backends by name; apart, so that whoever lists them loads no tensors.

/** The first is what runs use unless told otherwise; `cpu` is tfjs's own, slow. */
export const BACKENDS = ['onnx', 'tensorflow', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

export function isBackend(name: string): name is BackendName {
  return (BACKENDS as readonly string[]).includes(name);
}
