// Texts as a decoder is trained on them: what each token should be followed by, one text a row or several.
import { packSegments, padCausal, TRUNK } from '../models/causal-batch.ts';
import type { TokenizedText } from '../protocols/learnt-text.ts';
import { cut } from './model-on-task.ts';
import { IGNORED, type TextBatch } from './objective.ts';

/** A text to be learnt. */
export interface LearntText {
  /** All but the last, which nothing follows. */
  readonly ids: readonly number[];
  /** Of each, the token that follows, or {@link IGNORED} where that is not to be learnt. */
  readonly labels: readonly number[];
}

/** @param lossOn the response, or the prompt too */
export function learntText(
  { ids, promptLength }: Pick<TokenizedText, 'ids' | 'promptLength'>,
  lossOn: 'response' | 'all',
): LearntText {
  const first = lossOn === 'all' ? 0 : promptLength;
  return { ids: ids.slice(0, -1), labels: ids.slice(1).map((id, i) => (i + 1 < first ? IGNORED : id)) };
}

/** Batches of `size` texts at most, one a row, padded to the longest. */
export function bucketed(texts: readonly LearntText[], size: number | null, padTokenId: number): TextBatch[] {
  return cut(texts, size).map((rows) => {
    const tokens = padCausal(
      rows.map(({ ids }) => ids),
      padTokenId,
    );
    const labels = new Int32Array(tokens.ids.length).fill(IGNORED);
    for (const [row, text] of rows.entries()) labels.set(text.labels, row * tokens.length);
    return { tokens, labels };
  });
}

/**
 * Batches of rows of `length` tokens, each with as many texts as fit, of which none sees another: their loss is that of
 * {@link bucketed}. Every batch has `size` rows, so that one shape serves all; null for one batch.
 */
export function packed(
  texts: readonly LearntText[],
  length: number,
  size: number | null,
  padTokenId: number,
): TextBatch[] {
  return cut(intoRows(texts, length), size).map((rows) => {
    const full = size === null ? rows : Array.from({ length: size }, (_, i) => rows[i] ?? []);
    return packRows(full, length, padTokenId);
  });
}

/** Each text goes to the first row with room for it, the longest first (first-fit decreasing). */
function intoRows(texts: readonly LearntText[], length: number): LearntText[][] {
  const rows: { readonly texts: LearntText[]; room: number }[] = [];
  for (const text of texts.toSorted((a, b) => b.ids.length - a.ids.length)) {
    const found = rows.find(({ room }) => room >= text.ids.length);
    const row = found ?? { texts: [], room: length };
    if (found === undefined) rows.push(row);
    row.texts.push(text);
    row.room -= text.ids.length;
  }
  return rows.map((row) => row.texts);
}

function packRows(rows: readonly (readonly LearntText[])[], length: number, padTokenId: number): TextBatch {
  const segments = rows.map((texts) => texts.map(({ ids }, i) => ({ ids, start: 0, branch: TRUNK + 1 + i })));
  const labels = new Int32Array(rows.length * length).fill(IGNORED);
  for (const [row, texts] of rows.entries())
    labels.set(
      texts.flatMap((text) => text.labels),
      row * length,
    );
  return { tokens: packSegments(segments, length, padTokenId), labels };
}
