// What a tokenizer's class in transformers takes from tokenizer_config.json where tokenizer.json says otherwise.
// References: the classes' `__init__` in transformers 4.46 to 4.57. Version 5 differs in files of other shapes than its own,
// whose steps it replaces; as in 4, such steps are kept here.
import { InputError } from '../contracts/input-error.ts';
import { isJsonObject, type JsonObject, quoted } from './json-object.ts';

/** Classes that set the `BertNormalizer`, in their slow names. */
const BERT_CLASSES = ['BertTokenizer', 'DistilBertTokenizer', 'ElectraTokenizer', 'MobileBertTokenizer'];
/** Classes that set `add_prefix_space` of the pre-tokenizer. */
const PREFIX_CLASSES = ['RobertaTokenizer', 'LongformerTokenizer', 'BartTokenizer', 'GPT2Tokenizer'];
/** Classes whose models are given no token types, which is as if all were 0. */
const UNTYPED_CLASSES = ['DistilBertTokenizer', ...PREFIX_CLASSES];

/** The class that AutoTokenizer takes where no file names one, by config.json's `model_type`. */
const CLASS_OF_MODEL: ReadonlyMap<unknown, string> = new Map([
  ['bert', 'BertTokenizer'],
  ['roberta', 'RobertaTokenizer'],
]);

/**
 * A folder's tokenizer_config.json with what follows from its config.json: the class, if neither names one by model_type;
 * and for a model with one token type, that it is given none.
 */
export function tokenizerConfigOf(tokenizerConfig: JsonObject, config: JsonObject): JsonObject {
  const name = tokenizerConfig.tokenizer_class ?? config.tokenizer_class ?? CLASS_OF_MODEL.get(config.model_type);
  const untyped = config.type_vocab_size === 1 ? { model_input_names: ['input_ids', 'attention_mask'] } : {};
  return { ...tokenizerConfig, ...(name === undefined ? {} : { tokenizer_class: name }), ...untyped };
}

/** Whether the model is given the types of the post-processor's template; if not, all are 0. */
export function givesTokenTypes({ model_input_names: names, tokenizer_class: name }: JsonObject): boolean {
  return Array.isArray(names) ? names.includes('token_type_ids') : !isOneOf(UNTYPED_CLASSES, name);
}

/**
 * A tokenizer.json as the class changes it: where a flag differs from the file's, or is absent and the class's default does.
 * @param where names the source in errors
 * @throws InputError for a flag that is neither true nor false
 */
export function applyTokenizerClass(tokenizerJson: JsonObject, config: JsonObject, where: string): JsonObject {
  const { normalizer, pre_tokenizer: preTokenizer } = tokenizerJson;
  const name = config.tokenizer_class;
  if (isOneOf(BERT_CLASSES, name) && isJsonObject(normalizer) && normalizer.type === 'BertNormalizer') {
    const flags = {
      lowercase: flag(config, 'do_lower_case', true, where),
      // null goes by `lowercase`, in the library as in Rust.
      strip_accents: config.strip_accents == null ? null : flag(config, 'strip_accents', true, where),
      handle_chinese_chars: flag(config, 'tokenize_chinese_chars', true, where),
    };
    return { ...tokenizerJson, normalizer: { ...normalizer, ...flags } };
  }
  if (isOneOf(PREFIX_CLASSES, name) && isJsonObject(preTokenizer) && 'add_prefix_space' in preTokenizer) {
    const prefix = flag(config, 'add_prefix_space', false, where);
    return { ...tokenizerJson, pre_tokenizer: { ...preTokenizer, add_prefix_space: prefix } };
  }
  return tokenizerJson;
}

function isOneOf(classes: readonly string[], name: unknown): boolean {
  return typeof name === 'string' && classes.includes(name.replace(/Fast$/, ''));
}

function flag(config: JsonObject, key: string, byDefault: boolean, where: string): boolean {
  const value = Object.hasOwn(config, key) ? config[key] : byDefault;
  if (typeof value === 'boolean') return value;
  throw new InputError(`${where}: tokenizer_config.json has ${key} ${quoted(value)}, expected true or false`);
}
