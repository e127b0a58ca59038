// Copies the data sets whose licence allows it into datasets/embedded, byte for byte, with a notice beside each.
// tsx scripts/embed-data.ts --from DIR, where DIR holds glue/STS-B and commonsense/{ARC-Easy,openbookqa} as published.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { embeddedDataRoot, taskById } from '../datasets/index.ts';
import { InputError } from '../harness/contracts/input-error.ts';
import { createDataReader } from '../harness/formats/data-reader.ts';
import { EMBEDDED, type EmbeddedDataset, noticeOf } from './embedded-notices.ts';

/**
 * Copies what `datasets` name from one folder into another. The same input gives the same bytes.
 *
 * @returns the paths written, relative to `to`
 * @throws InputError where a file is missing or its task cannot read it
 */
export async function embedData(
  from: string,
  to: string,
  datasets: readonly EmbeddedDataset[] = EMBEDDED,
): Promise<string[]> {
  const written: string[] = [];
  const write = (path: string, content: Buffer | string) => {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    writeFileSync(join(to, path), content);
    written.push(path);
  };
  for (const dataset of datasets) {
    await taskById(dataset.task).read(createDataReader([from], '--from'));
    const reader = createDataReader([from], '--from');
    for (const name of dataset.files) {
      const path = `${dataset.folder}/${name}`;
      const file = reader.find(path);
      if (file === undefined) throw new InputError(`--from ${from}: no ${path}`);
      write(path, file.read());
    }
    write(
      `${dataset.folder}/README.md`,
      noticeOf(
        dataset,
        reader.files.toSorted((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path))),
      ),
    );
  }
  return written;
}

if (import.meta.filename === process.argv[1]) {
  try {
    const { values } = parseArgs({ options: { from: { type: 'string' } } });
    if (values.from === undefined)
      throw new InputError('--from is missing, expected a folder with glue/ and commonsense/');
    for (const path of await embedData(values.from, embeddedDataRoot)) console.error(path);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
