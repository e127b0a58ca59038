// A decoder's loss on a text that no task has: how much of what it could do before it has kept (or "forgetting").
import type { TextTokenizer } from '../../formats/tokenizer.ts';
import { feedCausal, padCausal } from '../../models/causal-batch.ts';
import type { Decoder } from '../../models/decoder.ts';
import { textObjective } from '../objective.ts';
import { bucketed, learntText } from '../text-batches.ts';
import { staged } from './staged.ts';
import { valuesOf } from './values-of.ts';

/** Plain English of several kinds, about 200 tokens. Written for this project; its licence is the project's. */
export const FIXED_TEXT = [
  'The ferry left the island a little after six, when the fog had thinned enough to show the lighthouse on the far shore.',
  'Two boys leaned over the rail and counted gulls, while their aunt unpacked bread, cheese and a thermos of coffee.',
  'Water boils at a lower temperature on a mountain than at the coast, because the air presses on it with less weight.',
  'If a train covers ninety kilometres in an hour and a half, it travels at sixty kilometres an hour on average.',
  'To repair a flat tyre, take off the wheel, pull out the tube, find the hole with the help of a bowl of water, and glue a patch over it.',
  'The council met on Tuesday and agreed, by seven votes to four, to keep the library open on Saturdays until the end of the year.',
  '"You could have called," she said, and he answered that the telephone had been out of order since the storm.',
  'Copper conducts electricity well, glass hardly at all, and silicon somewhere in between, which is why it is used for switches.',
].join(' ');

/** Tokens of the text that are read, at most. */
const MOST_TOKENS = 256;

/** The text as tokens, as far as the model reads it. */
export function fixedTokens(tokenizer: Pick<TextTokenizer, 'encode'>, { spec }: Pick<Decoder, 'spec'>): number[] {
  const { ids } = tokenizer.encode(FIXED_TEXT, undefined, Number.MAX_SAFE_INTEGER);
  return ids.slice(0, Math.min(MOST_TOKENS, spec.maxPositions));
}

/** Tokens whose logits {@link fixedTextLogits} gives. */
const PROBED_TOKENS = 16;

/** The logits after each of the first tokens, [tokens, vocab]. */
export function fixedTextLogits(decoder: Decoder, ids: readonly number[]): Float32Array {
  const tokens = padCausal([ids.slice(0, PROBED_TOKENS)], decoder.spec.padTokenId);
  return valuesOf(() => {
    const { states } = decoder.read(
      feedCausal(decoder.spec, () => tokens),
      staged,
    );
    return decoder.logits(states);
  });
}

/** The mean cross-entropy of each token after the first, in nats; null where it is not finite. */
export function fixedTextLoss(decoder: Decoder, ids: readonly number[]): number | null {
  const [batch] = bucketed([learntText({ ids, promptLength: 0 }, 'all')], null, decoder.spec.padTokenId);
  if (batch === undefined) throw new Error('no batch of one text');
  const [loss] = valuesOf(() => textObjective(decoder).loss(() => batch, staged));
  return loss !== undefined && Number.isFinite(loss) ? loss : null;
}
