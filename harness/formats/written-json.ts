// JSON whose faults are located by line and column; of files that people write, what JSON.parse passes over in silence is
// refused too: a key that is given twice, of which it keeps the last, and a number that it changes.
import { InputError } from '../contracts/input-error.ts';
import { refuseDeepJson } from '../contracts/json-depth.ts';

/** @throws InputError naming the place of what is not JSON, or of every key given twice and every number changed */
export function parseWrittenJson(text: string, file: string): unknown {
  refuseDeepJson(text, file);
  const faults = scan(text).map(({ at, message }) => `${file}:${lineAndColumn(text, at)}: ${message}`);
  if (faults.length > 0) throw new InputError(...faults);
  return JSON.parse(text);
}

/** @throws InputError naming the place of what is not JSON, or is nested too deep */
export function parseJson(text: string, file: string): unknown {
  refuseDeepJson(text, file);
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(`${file}:${notJson(text)}`);
  }
}

/** Where a text that JSON.parse refuses ceases to be JSON: `3:8: not JSON: found "}", expected a value`. */
function notJson(text: string): string {
  const fault = scan(text).find(({ isSyntax }) => isSyntax);
  return fault === undefined ? '1:1: not JSON' : `${lineAndColumn(text, fault.at)}: ${fault.message}`;
}

interface Fault {
  /** Offset in the text. */
  readonly at: number;
  readonly message: string;
  /** Nothing is looked at after it. */
  readonly isSyntax: boolean;
}

interface Token {
  /** A punctuation mark stands for itself. */
  readonly kind: string;
  readonly raw: string;
}

/** An object or a list whose end is not reached. */
interface Open {
  readonly close: '}' | ']';
  /** The offset of each key of an object. */
  readonly keys: Map<string, number>;
  /** The key or the index of what is being read. */
  here: string | number;
}

type State = 'value' | 'first item' | 'key' | 'first key' | 'colon' | 'after value';
const EXPECTED: Readonly<Record<State, string>> = {
  value: 'a value',
  'first item': 'a value or "]"',
  key: 'a key in quotes',
  'first key': 'a key in quotes or "}"',
  colon: '":"',
  'after value': 'the end',
};

/** Every fault of a text, in its order; what is no JSON is the last. */
function scan(text: string): Fault[] {
  const faults: Fault[] = [];
  const open: Open[] = [];
  let state: State = 'value';
  for (let at = endOf(SPACE, text, 0); ; at = endOf(SPACE, text, at)) {
    const token = tokenAt(text, at);
    const top = open.at(-1);
    const next = follow(state, token, top);
    if (next === undefined) return [...faults, syntaxFault(text, at, token, state, top)];
    if (next === 'end') return faults;
    if (token.kind === '{') open.push({ close: '}', keys: new Map(), here: '' });
    else if (token.kind === '[') open.push({ close: ']', keys: new Map(), here: 0 });
    else if (token.kind === top?.close) open.pop();
    else if (token.kind === ',' && typeof top?.here === 'number') top.here += 1;
    else if (next === 'colon' && top !== undefined) {
      top.here = String(JSON.parse(token.raw));
      const first = top.keys.get(top.here);
      if (first !== undefined) {
        const message = `${pathOf(open)}: stands there twice, first in line ${lineOf(text, first)}; expected it once`;
        faults.push({ at, message, isSyntax: false });
      }
      top.keys.set(top.here, first ?? at);
    } else if (token.kind === 'number') {
      const change = changeOf(token.raw);
      const where = change === undefined ? '' : pathOf(open);
      if (change !== undefined) faults.push({ at, message: `${where && `${where}: `}${change}`, isSyntax: false });
    }
    state = next;
    at += token.raw.length;
  }
}

/** The state after a token; undefined where it cannot stand there. */
function follow(state: State, { kind }: Token, top: Open | undefined): State | 'end' | undefined {
  if (state === 'after value') {
    if (top === undefined) return kind === 'end' ? 'end' : undefined;
    if (kind === ',') return top.close === '}' ? 'key' : 'value';
    return kind === top.close ? 'after value' : undefined;
  }
  if (state === 'colon') return kind === ':' ? 'value' : undefined;
  if (state === 'key' || state === 'first key') {
    if (kind === 'text') return 'colon';
    return kind === '}' && state === 'first key' ? 'after value' : undefined;
  }
  if (kind === '{') return 'first key';
  if (kind === '[') return 'first item';
  if (kind === ']' && state === 'first item') return 'after value';
  return ['text', 'number', 'literal'].includes(kind) ? 'after value' : undefined;
}

function syntaxFault(text: string, begin: number, { kind, raw }: Token, state: State, top: Open | undefined): Fault {
  const [at, expected] =
    kind === 'cut text'
      ? [begin + raw.length, 'the rest of a text and its closing quote']
      : [begin, state === 'after value' && top !== undefined ? `"," or "${top.close}"` : EXPECTED[state]];
  const length = text[at] === '\\' ? 2 : 1;
  const stray = kind === 'cut text' ? text.slice(at, at + length) : raw;
  const found = stray === '' ? 'the end' : JSON.stringify(stray.slice(0, 20));
  return { at, message: `not JSON: found ${found}, expected ${expected}`, isSyntax: true };
}

const SPACE = /[ \t\n\r]*/y;
const WORD = /[^\s,:[\]{}"]*/y;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** A text without its closing quote, or up to what cannot stand in it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON excludes them from texts
const TEXT = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*/y;

function tokenAt(text: string, at: number): Token {
  const character = text[at];
  if (character === undefined) return { kind: 'end', raw: '' };
  if ('{}[]:,'.includes(character)) return { kind: character, raw: character };
  if (character === '"') {
    const end = endOf(TEXT, text, at);
    return text[end] === '"'
      ? { kind: 'text', raw: text.slice(at, end + 1) }
      : { kind: 'cut text', raw: text.slice(at, end) };
  }
  const raw = text.slice(at, endOf(WORD, text, at)) || character;
  if (NUMBER.test(raw)) return { kind: 'number', raw };
  return { kind: ['true', 'false', 'null'].includes(raw) ? 'literal' : 'wrong', raw };
}

/** What is wrong with a number that becomes another; undefined where it is what is written, up to its last digits. */
function changeOf(raw: string): string | undefined {
  const value = Number(raw);
  if (!Number.isFinite(value)) return `${raw} is too large; expected at most ${Number.MAX_VALUE}`;
  if (value === 0 && /^[^eE]*[1-9]/.test(raw)) return `${raw} becomes 0; expected 0 or at least ${Number.MIN_VALUE}`;
  // With an exponent nobody means each digit.
  if (/[eE]/.test(raw) || !Number.isInteger(value) || Number.isSafeInteger(value)) return undefined;
  return `${raw}; expected at most ${Number.MAX_SAFE_INTEGER}, as larger whole numbers are not told apart`;
}

/** `methods[1].options.r` */
function pathOf(open: readonly Open[]): string {
  return open.map(({ here }, i) => (typeof here === 'number' ? `[${here}]` : `${i > 0 ? '.' : ''}${here}`)).join('');
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

/** Counted from 1, a column for each character. */
function lineAndColumn(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return `${lineOf(text, at)}:${[...line].length + 1}`;
}
