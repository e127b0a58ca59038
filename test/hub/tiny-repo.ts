// A repository of a small file, one in a folder, and one in large-file storage.
import { createHash } from 'node:crypto';

export const TINY_REPO: Readonly<Record<string, Buffer>> = {
  'config.json': Buffer.from('{"hidden_size":8}\n'),
  'model.safetensors': Buffer.concat(
    Array.from({ length: 3000 }, (_, i) => createHash('sha256').update(String(i)).digest()),
  ),
  'onnx/quantized/notes.md': Buffer.from('tiny\n'),
};
