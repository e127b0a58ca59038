// How a kernel is written: a function of its inputs as views, its attributes and the recorder, giving its outputs.
import type * as tf from '@tensorflow/tfjs';
import type { OnnxBackend } from '../backend.ts';
import type { Recorder, View } from '../graph.ts';
import { livesOnHost } from '../host.ts';

export const BACKEND_NAME = 'onnx';

type Outputs = View | readonly View[];
type Views<Names extends readonly string[]> = {
  [K in keyof Names]: Names[K] extends `${string}?` ? View | undefined : View;
};

/** A kernel with named inputs, given to `record` in the order of `names`; one that ends in `?` may be absent. */
export function kernel<const Names extends readonly string[], Attributes extends object>(
  kernelName: string,
  names: Names,
  record: (inputs: Views<Names>, attributes: Attributes, graph: Recorder) => Outputs,
): tf.KernelConfig {
  const ordered = (inputs: tf.NamedTensorInfoMap, backend: OnnxBackend): (View | undefined)[] =>
    names.map((name) => {
      const info = inputs[name.replace('?', '')] ?? undefined;
      if (info === undefined && name.endsWith('?')) return undefined;
      if (info === undefined) throw new Error(`${kernelName} was called without its input '${name}'`);
      return backend.view(info);
    });
  return config(kernelName, (inputs, attributes, backend) =>
    record(ordered(inputs, backend) as Views<Names>, attributes as Attributes, backend),
  );
}

/** A kernel of any number of inputs. */
export function variadicKernel<Attributes extends object>(
  kernelName: string,
  record: (inputs: readonly View[], attributes: Attributes, graph: Recorder) => Outputs,
): tf.KernelConfig {
  return config(kernelName, (inputs, attributes, backend) => {
    const infos = Object.values(inputs).filter((info) => info !== undefined);
    return record(
      infos.map((info) => backend.view(info)),
      attributes as Attributes,
      backend,
    );
  });
}

function config(
  kernelName: string,
  record: (inputs: tf.NamedTensorInfoMap, attributes: object, backend: OnnxBackend) => Outputs,
): tf.KernelConfig {
  return {
    kernelName,
    backendName: BACKEND_NAME,
    kernelFunc({ inputs, attrs, backend }) {
      const onnx = backend as OnnxBackend;
      if (needsHost(inputs, attrs)) return onnx.host.run(kernelName, inputs, attrs ?? {}, onnx);
      onnx.sweep();
      const outputs = record(inputs, attrs ?? {}, onnx);
      return isList(outputs) ? outputs.map((view) => onnx.tensor(view)) : onnx.tensor(outputs);
    },
  };
}

/** Whether a kernel reads or makes tensors of a type that lives on the host. */
function needsHost(inputs: tf.NamedTensorInfoMap, attrs: tf.NamedAttrMap | undefined): boolean {
  const result = (attrs as { readonly dtype?: tf.DataType } | undefined)?.dtype;
  return livesOnHost(result) || Object.values(inputs).some((info) => livesOnHost(info?.dtype));
}

const isList = (outputs: Outputs): outputs is readonly View[] => Array.isArray(outputs);
