// Texts of others where a terminal shows them: a label, a message or a file's name may hold what it would obey instead.

/** Lines and tabs stay as they are, all else that has no sign is written as JSON writes it. JSON stays the same document. */
export function printable(text: string): string {
  return text.replaceAll(/(?![\t\n])[\p{Cc}\u2028\u2029]/gu, escaped);
}

/** The same on one line. */
export function printableLine(text: string): string {
  return withoutSigns(text.replaceAll(/\n\s*/g, ' '));
}

/** Ends of lines too. */
export function withoutSigns(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, escaped);
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
