// Refuses JSON that is nested so deep that walking through its value would exhaust the stack.
import { InputError } from './input-error.ts';

/** Far above any file that is read here; what other readers of JSON refuse begins at about the same depth. */
const DEEPEST = 500;

/**
 * @param text JSON, or what is taken for it; brackets in strings do not count
 * @param where names the source in errors
 * @throws InputError with the line on which it becomes too deep
 */
export function refuseDeepJson(text: string, where: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) at = endOfString(text, at);
    else if (character === OPEN_LIST || character === OPEN_OBJECT) {
      depth++;
      if (depth > DEEPEST)
        throw new InputError(
          `${where}:${text.slice(0, at).split('\n').length}: JSON nested ${depth} deep, expected ${DEEPEST} at most`,
        );
    } else if (character === CLOSE_LIST || character === CLOSE_OBJECT) depth--;
  }
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...'"\\[]{}'].map((each) =>
  each.charCodeAt(0),
);

/** The position of the quote that closes the string which begins at `at`; the text's length where none does. */
function endOfString(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    const character = text.charCodeAt(end);
    if (character === QUOTE) return end;
    if (character === BACKSLASH) end++;
  }
  return text.length;
}
