// Finding the files of a task: a suite says in which folders and under which names they may lie.
import type { DataFile, DataReader } from '../harness/contracts/dataset.ts';
import { InputError, MissingData } from '../harness/contracts/input-error.ts';

/** One way in which a task's files are named. */
export interface Layout {
  /** For error messages, such as `train.tsv and dev.tsv`. */
  readonly files: string;
  /** A file of any of these names shows that a folder has this layout. */
  readonly signs: readonly string[];
}

/** A folder below a data folder that has a layout. */
export interface Place<L extends Layout> {
  readonly layout: L;
  /** Absolute path of the folder, for error messages. */
  readonly path: string;
  /** A file of the folder, or undefined; never one of another data folder. */
  file(name: string): DataFile | undefined;
}

/**
 * The first place that holds a task: data folders before folders before layouts.
 *
 * @param task its id, for error messages
 * @param folders relative to a data folder, in order
 * @throws MissingData naming where was looked and what was expected
 */
export function locate<L extends Layout>(
  reader: DataReader,
  task: string,
  folders: readonly string[],
  layouts: readonly L[],
): Place<L> {
  const places = new Map<string, { folder: string; layout: L }>();
  for (const folder of folders) {
    for (const layout of layouts) {
      for (const sign of layout.signs)
        if (!places.has(`${folder}/${sign}`)) places.set(`${folder}/${sign}`, { folder, layout });
    }
  }
  const found = reader.find(...places.keys());
  const place = found && places.get(found.relativePath);
  if (found === undefined || place === undefined) {
    const expected = layouts.map((layout) => layout.files).join(', or ');
    throw new MissingData(
      `${task}: no data in ${reader.roots.join(' or ')}; expected a folder ${folders.join(' or ')} with ${expected} (--data DIR, or PEFTBENCH_DATA in the environment, names another place)`,
    );
  }
  return {
    layout: place.layout,
    path: found.path.slice(0, found.path.length - found.relativePath.length) + place.folder,
    file(name) {
      const file = reader.find(`${place.folder}/${name}`);
      return file?.root === found.root ? file : undefined;
    },
  };
}

/** @throws InputError where the place lacks the file */
export function requireFile(place: Place<Layout>, name: string): DataFile {
  const file = place.file(name);
  if (file === undefined) throw new InputError(`${place.path}: no ${name}, expected ${place.layout.files}`);
  return file;
}
