// The file that an evaluation's answers go to.
import { createHash } from 'node:crypto';
import { basename, join, resolve, sep } from 'node:path';
import { statIfThere } from '../contracts/stat-if-there.ts';
import { canonicalJson } from '../study/canonical-json.ts';
import type { EvaluationJob } from './evaluate-model.ts';

const FOLDER = join('.runs', 'evaluations');
/** File systems take 255 bytes. */
const LONGEST = 200;

/** `out`, or in the folder that it is, or else in the default one, a name that tells evaluations apart. */
export function answersFile(job: EvaluationJob, out: string | undefined): string {
  if (out === undefined) return join(FOLDER, nameOf(job));
  return isFolderPath(out) ? join(out, nameOf(job)) : out;
}

/** Whether it ends as a folder's path does, or is one. */
export function isFolderPath(path: string): boolean {
  return /[/\\]$/.test(path.replaceAll(sep, '/')) || (statIfThere(path)?.isDirectory() ?? false);
}

/**
 * Model, adapter, task, protocol and what is not as usual, for readers; then a hash of all that the answers depend on, as
 * two models may have one name.
 */
export function nameOf(job: EvaluationJob): string {
  const { model, adapter, precision, task, limit, scoring, backend, device, dataRoots, modelsDir } = job;
  const parts = [
    basename(model),
    ...(adapter === undefined ? [] : [basename(adapter)]),
    task.replaceAll('/', '.'),
    scoring.protocol,
    ...(scoring.shots > 0 ? [`${scoring.shots}-shots`] : []),
    ...(scoring.beams > 1 ? [`${scoring.beams}-beams`] : []),
    ...(scoring.bos === 'tokenizer' ? [] : [`bos-${scoring.bos}`]),
    ...(precision === 'f32' ? [] : [precision]),
    ...(limit === null ? [] : [`first-${limit}`]),
  ];
  const places = [model, ...(adapter === undefined ? [] : [adapter]), ...dataRoots, modelsDir ?? ''].map((path) =>
    resolve(path),
  );
  const identity = { model, adapter, precision, task, limit, scoring, backend, device, places };
  const hash = createHash('sha256').update(canonicalJson(identity)).digest('hex').slice(0, 8);
  return `${clipped(parts.join('.').replaceAll(/[\p{Cc}<>:"/\\|?*]/gu, '-'))}.${hash}.jsonl`;
}

/** To whole characters. */
function clipped(text: string): string {
  let clip = '';
  for (const character of text) {
    if (Buffer.byteLength(clip + character) > LONGEST) break;
    clip += character;
  }
  return clip;
}
