// The specs of tfjs-core's test suite that a backend is known to fail, and why; by full name. The conformance script
// fails where one that is not here fails, and where one that is here passes.

export interface Declaration {
  readonly spec: string;
  readonly why: string;
}

export const DECLARED: Readonly<Record<'onnx' | 'cpu', readonly Declaration[]>> = {
  onnx: [],
  cpu: [],
};
