// A page as a parser reads it.
import { DOMParser } from 'linkedom';

export interface ParsedElement {
  readonly localName: string;
  readonly textContent: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  getAttribute(name: string): string | null;
  querySelector(selector: string): ParsedElement | null;
  querySelectorAll(selector: string): Iterable<ParsedElement>;
}

export function parsed(page: string): ParsedElement {
  const root: ParsedElement | null = new DOMParser().parseFromString(page, 'text/html').querySelector('html');
  if (root === null) throw new Error('no html');
  return root;
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
