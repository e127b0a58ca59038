// Writes a graph as the bytes of an ONNX model: protobuf, with the field numbers of onnx.proto (ONNX IR version 10).
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { ELEMENT_TYPE } from './element.ts';
import { ANY_SIZE, type Attribute, type Constant, type Graph, type GraphNode, type Value } from './graph.ts';
import { UNRETURNED } from './runtime.ts';

const IR_VERSION = 10;
const OPSETS: readonly (readonly [domain: string, version: number])[] = [
  ['', 20],
  ['com.microsoft', 1],
];
/** AttributeProto.AttributeType */
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, graph: 5, ints: 7 };

/** The bytes of a ModelProto. */
export function emit(graph: Graph): Uint8Array {
  const model = new BinaryWriter();
  model.tag(1, WireType.Varint).int64(IR_VERSION);
  message(model, 7, (writer) => {
    writeUnreturned(writer);
    // ONNX Runtime walks back from the nodes that none reads and from each node to those that it reads, the last in the
    // file first. A step's gradients are such nodes: in the order of recording that of the first layer would come first,
    // and what all others need would be kept until then. The other way round nodes run about as they were recorded.
    writeGraph(writer, { ...graph, nodes: graph.nodes.toReversed() });
  });
  for (const [domain, version] of OPSETS) {
    message(model, 8, (writer) => {
      text(writer, 1, domain);
      writer.tag(2, WireType.Varint).int64(version);
    });
  }
  return model.finish();
}

/** See {@link UNRETURNED}. */
function writeUnreturned(writer: BinaryWriter): void {
  const element = `${UNRETURNED}_element`;
  const sequence = { type: 'SequenceConstruct', attributes: {}, inputs: [element], outputs: [UNRETURNED] };
  message(writer, 1, (field) => writeNode(field, sequence));
  message(writer, 5, (field) => writeTensor(field, element, { dtype: 'int32', shape: [], data: [0] }));
  message(writer, 12, (output) => {
    text(output, 1, UNRETURNED);
    // TypeProto.sequence_type of a tensor type
    message(output, 2, (type) =>
      message(type, 4, (of) =>
        message(of, 1, (inner) =>
          message(inner, 1, (tensor) => tensor.tag(1, WireType.Varint).int32(ELEMENT_TYPE.int32)),
        ),
      ),
    );
  });
}

function writeGraph(writer: BinaryWriter, graph: Graph): void {
  for (const node of graph.nodes) message(writer, 1, (field) => writeNode(field, node));
  text(writer, 2, 'graph');
  for (const { name, constant } of graph.constants) message(writer, 5, (field) => writeTensor(field, name, constant));
  for (const { name, value } of graph.inputs) message(writer, 11, (field) => writeValueInfo(field, name, value));
  for (const { name, value } of graph.outputs) message(writer, 12, (field) => writeValueInfo(field, name, value));
}

function writeNode(writer: BinaryWriter, node: GraphNode): void {
  const [domain, type] = splitType(node.type);
  for (const name of node.inputs) text(writer, 1, name);
  for (const name of node.outputs) text(writer, 2, name);
  text(writer, 4, type);
  for (const [name, value] of Object.entries(node.attributes)) {
    message(writer, 5, (field) => writeAttribute(field, name, value));
  }
  if (domain !== '') text(writer, 7, domain);
}

function splitType(type: string): [domain: string, name: string] {
  const [first = '', second] = type.split(':');
  return second === undefined ? ['', first] : [first, second];
}

function writeAttribute(writer: BinaryWriter, name: string, value: Attribute): void {
  text(writer, 1, name);
  if (typeof value === 'number') {
    writer.tag(3, WireType.Varint).int64(value).tag(20, WireType.Varint).int32(ATTRIBUTE_TYPE.int);
  } else if (typeof value === 'string') {
    text(writer, 4, value);
    writer.tag(20, WireType.Varint).int32(ATTRIBUTE_TYPE.string);
  } else if ('float' in value) {
    writer.tag(2, WireType.Bit32).float(float32(value.float)).tag(20, WireType.Varint).int32(ATTRIBUTE_TYPE.float);
  } else if ('graph' in value) {
    message(writer, 6, (field) => writeGraph(field, value.graph));
    writer.tag(20, WireType.Varint).int32(ATTRIBUTE_TYPE.graph);
  } else {
    for (const item of value) writer.tag(8, WireType.Varint).int64(item);
    writer.tag(20, WireType.Varint).int32(ATTRIBUTE_TYPE.ints);
  }
}

function writeTensor(writer: BinaryWriter, name: string, { dtype, shape, data }: Constant): void {
  for (const size of shape) writer.tag(1, WireType.Varint).int64(size);
  writer.tag(2, WireType.Varint).int32(ELEMENT_TYPE[dtype]);
  const packed = new BinaryWriter();
  for (const item of data) {
    if (dtype === 'float32') packed.float(float32(item));
    else if (dtype === 'int64') packed.int64(item);
    else packed.int32(item);
  }
  const field = { float32: 4, int64: 7 }[dtype as string] ?? 5;
  writer.tag(field, WireType.LengthDelimited).bytes(packed.finish());
  text(writer, 8, name);
}

/** ValueInfoProto with a tensor type of known rank. */
function writeValueInfo(writer: BinaryWriter, name: string, { dtype, shape }: Value): void {
  text(writer, 1, name);
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      tensor.tag(1, WireType.Varint).int32(ELEMENT_TYPE[dtype]);
      message(tensor, 2, (dims) => {
        for (const size of shape) {
          message(dims, 1, (dim) => size !== ANY_SIZE && dim.tag(1, WireType.Varint).int64(size));
        }
      });
    }),
  );
}

/** As every 32-bit float is made of a number: an infinity where it is too large, which the writer refuses to make itself. */
const float32 = Math.fround;

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function message(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}
