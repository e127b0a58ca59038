// A page as a parser reads it.
import { parseHTML } from 'linkedom';

export interface ParsedElement {
  readonly localName: string;
  readonly textContent: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  getAttribute(name: string): string | null;
  querySelector(selector: string): ParsedElement | null;
  querySelectorAll(selector: string): Iterable<ParsedElement>;
}

export function parsed(page: string): ParsedElement {
  const { document }: { readonly document: { readonly documentElement: ParsedElement } } = parseHTML(page);
  return document.documentElement;
}

export function all(within: ParsedElement, selector: string): ParsedElement[] {
  return Array.from(within.querySelectorAll(selector));
}

/** @throws Error where there is none */
export function one(within: ParsedElement, selector: string): ParsedElement {
  const found = within.querySelector(selector);
  if (found === null) throw new Error(`no ${selector}`);
  return found;
}
