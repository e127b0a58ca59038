// Checks what @huggingface/tokenizers takes on trust: ids, which it uses as indices, and the form of merges and pieces.
import { InputError } from '../contracts/input-error.ts';
import { isJsonObject, type JsonObject, quoted } from './json-object.ts';

/** Far above any vocabulary: the library makes a list as long as the largest id, whatever the number of tokens. */
const IDS = 1 << 21;

/**
 * @param where names the source in errors
 * @throws InputError naming what the vocabulary, the merges or the added tokens of a tokenizer.json have that cannot be
 */
export function checkVocabulary({ model, added_tokens: added }: JsonObject, where: string): void {
  if (isJsonObject(model)) {
    const { vocab, merges } = model;
    if (isJsonObject(vocab)) {
      for (const [token, id] of Object.entries(vocab)) checkId(id, `${where}: model.vocab[${quoted(token)}]`);
    } else if (vocab !== undefined) checkPieces(vocab, where);
    if (merges !== undefined) checkMerges(merges, where);
  }
  const contents = checkAdded(added ?? [], where);
  if (isJsonObject(model) && isJsonObject(model.vocab)) checkUnknown(model, model.vocab, contents, where);
}

function checkAdded(added: unknown, where: string): string[] {
  if (!Array.isArray(added)) throw new InputError(`${where}: added_tokens is ${quoted(added)}, expected a list`);
  return added.map((token: unknown, i) => {
    const { id, content } = isJsonObject(token) ? token : {};
    checkId(id, `${where}: added_tokens[${i}].id`);
    if (typeof content === 'string' && content !== '') return content;
    throw new InputError(`${where}: added_tokens[${i}].content is ${quoted(content)}, expected a text`);
  });
}

/** What stands for a text that has no token; BPE may leave such a text out. */
function checkUnknown(model: JsonObject, vocab: JsonObject, added: readonly string[], where: string): void {
  const { type, unk_token: unknown } = model;
  if ((unknown === undefined || unknown === null) && type !== 'WordPiece') return;
  if (typeof unknown === 'string' && (Object.hasOwn(vocab, unknown) || added.includes(unknown))) return;
  throw new InputError(`${where}: model.unk_token is ${quoted(unknown)}, expected a token of the vocabulary`);
}

function checkId(id: unknown, what: string): void {
  if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < IDS) return;
  throw new InputError(`${what} is ${quoted(id)}, expected a token id below ${IDS}`);
}

/** Unigram's vocabulary: its ids are places in the list. */
function checkPieces(vocab: unknown, where: string): void {
  const isPiece = (piece: unknown) =>
    Array.isArray(piece) && typeof piece[0] === 'string' && typeof piece[1] === 'number' && Number.isFinite(piece[1]);
  if (!Array.isArray(vocab))
    throw new InputError(`${where}: model.vocab is ${quoted(vocab)}, expected tokens with their ids, or pieces`);
  const wrong = vocab.findIndex((piece) => !isPiece(piece));
  if (wrong !== -1)
    throw new InputError(`${where}: model.vocab[${wrong}] is ${quoted(vocab[wrong])}, expected [piece, score]`);
}

/** Pairs of tokens, in older files as one text with a space between. The library takes the first's form for that of all. */
function checkMerges(merges: unknown, where: string): void {
  if (!Array.isArray(merges)) throw new InputError(`${where}: model.merges is ${quoted(merges)}, expected a list`);
  const isPair = (merge: unknown) =>
    Array.isArray(merge) && merge.length === 2 && merge.every((part) => typeof part === 'string');
  const isText = (merge: unknown) => typeof merge === 'string' && merge.split(' ').length === 2;
  const wrong = merges.findIndex((merge) => !(Array.isArray(merges[0]) ? isPair : isText)(merge));
  if (wrong !== -1)
    throw new InputError(
      `${where}: model.merges[${wrong}] is ${quoted(merges[wrong])}, expected ${Array.isArray(merges[0]) ? 'a list of two tokens' : 'two tokens with a space between'}`,
    );
}
