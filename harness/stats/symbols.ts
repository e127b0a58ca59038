// A text as the symbols that its shingles are runs of: characters or words, each a number.
import { grown } from './int-list.ts';

/** Symbols a shingle. */
export const SHINGLE = 5;

export interface Speller {
  /** How many shingles a text has, equal ones counted each; without spelling it. */
  count(text: string): number;
  /**
   * A text's symbols, numbers above 0, with zeros behind where it has too few for a shingle, so that it is one. They are
   * valid until the next call.
   */
  spell(text: string): Int32Array;
}

export function characterSpeller(): Speller {
  let symbols: Int32Array = new Int32Array(1024);
  return {
    count: (text) => shinglesOf(text.length),
    spell(text) {
      while (symbols.length < text.length) symbols = grown(symbols);
      for (let i = 0; i < text.length; i++) symbols[i] = text.charCodeAt(i) + 1;
      return padded(symbols, text.length);
    },
  };
}

/** Of words that single spaces part. */
export function wordSpeller(): Speller {
  let symbols: Int32Array = new Int32Array(1024);
  const numbers = new Map<string, number>();
  return {
    count(text) {
      let words = 1;
      for (let space = text.indexOf(' '); space !== -1; space = text.indexOf(' ', space + 1)) words++;
      return shinglesOf(words);
    },
    spell(text) {
      const words = text.split(' ');
      while (symbols.length < words.length) symbols = grown(symbols);
      for (const [i, word] of words.entries()) {
        const number = numbers.get(word) ?? numbers.size + 1;
        if (number > numbers.size) numbers.set(word, number);
        symbols[i] = number;
      }
      return padded(symbols, words.length);
    },
  };
}

function shinglesOf(symbols: number): number {
  return Math.max(1, symbols - SHINGLE + 1);
}

function padded(symbols: Int32Array, length: number): Int32Array {
  const least = Math.max(length, SHINGLE);
  symbols.fill(0, length, least);
  return symbols.subarray(0, least);
}
