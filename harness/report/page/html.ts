// The one way in which markup is made: whatever stands in a record comes out as text, never as markup.
import { lineParts } from '../code-span.ts';

/** Markup that was made here. */
class SafeMarkup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}
export type Markup = SafeMarkup;

/** What a template takes: texts are escaped, markup is not, null is nothing, a list is its pieces one after the other. */
export type Piece = Markup | string | number | null | readonly Piece[];

export type Attributes = Readonly<Record<string, string>>;

/** html`<p>${text}</p>`. Attributes are to stand in double quotes. */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new SafeMarkup(parts.reduce((text, part, index) => text + markupOf(pieces[index - 1] ?? null) + part));
}

/**
 * An element whose name and attributes are known only when the page is made.
 * @throws Error for a name that is none
 */
export function element(name: string, attributes: Attributes, children: readonly Piece[]): Markup {
  return new SafeMarkup(`${opening(name, attributes)}${markupOf(children)}</${name}>`);
}

/**
 * An element whose content a browser takes as it is: the page's own script and style, and its data.
 * @throws Error where the content would end it
 */
export function verbatim(name: 'script' | 'style', attributes: Attributes, content: string): Markup {
  if (ENDS.test(content)) throw new Error(`a ${name} of the page holds what would end it`);
  return new SafeMarkup(`${opening(name, attributes)}${content}</${name}>`);
}

const NAME = /^[a-z][a-z0-9-]*$/i;
const ENDS = /<\/(?:script|style)|<!--/i;
/** Marks of HTML; then what no HTML may hold: control characters, and halves of characters. */
const SPECIAL = /[&<>"']|(?![\t\n])[\p{Cc}\p{Cs}]/gu;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function opening(name: string, attributes: Attributes): string {
  for (const each of [name, ...Object.keys(attributes)]) {
    if (!NAME.test(each)) throw new Error(`${each} is no name of an element or attribute`);
  }
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  return `<${name}${written.join('')}>`;
}

function markupOf(piece: Piece): string {
  if (piece === null) return '';
  if (typeof piece === 'string') return escaped(piece);
  if (typeof piece === 'number') return String(piece);
  return piece instanceof SafeMarkup ? piece.toString() : piece.map(markupOf).join('');
}

function escaped(text: string): string {
  return text.replaceAll(SPECIAL, (found) => ESCAPES[found] ?? '\uFFFD');
}

/** A line whose commands are code. */
export function line(text: string): Markup {
  return html`${lineParts(text).map((part) => (part.isCode ? html`<code>${part.text}</code>` : part.text))}`;
}
