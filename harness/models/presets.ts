// Models known by name.
import { fileURLToPath } from 'node:url';

export interface Preset {
  readonly name: string;
  readonly summary: string;
  /** The file or folder with its weights, where they come with the project. */
  readonly path: string;
}

export const PRESETS: readonly Preset[] = [
  {
    name: 'minilm-l6',
    summary: 'all-MiniLM-L6-v2: BERT encoder, 6 layers x 384, 22.7 M parameters, embedded (Q8_0)',
    path: fileURLToPath(new URL('./embedded/all-MiniLM-L6-v2.gguf', import.meta.url)),
  },
];
