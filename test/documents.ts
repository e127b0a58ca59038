// What the documents hold that can be tried: their code blocks, commands and links.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface MarkdownFile {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
}

const FOLDERS = ['datasets', 'harness', 'methods', 'results', 'scripts'];

/** Those that are written by hand, and the page of keys: not the history, nor what runs write. */
export const DOCUMENTS: readonly MarkdownFile[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  ).filter((path) => !/^results\/[^/]+\/report\//.test(path)),
].map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

interface Block {
  readonly language: string;
  readonly text: string;
}

export function blocksOf(text: string): Block[] {
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({
    language,
    text: code,
  }));
}

const withoutBlocks = (text: string): string => text.replaceAll(/^```\w*\n.*?^```$/gms, '');

/** The words of each command: of blocks in sh, and of spans in a sentence that begin as a command does. */
export function commandsIn(text: string): string[][] {
  const inBlocks = blocksOf(text)
    .filter(({ language }) => language === 'sh')
    .flatMap((block) => block.text.replaceAll(/\\\n/g, ' ').split('\n'));
  const spans = [...withoutBlocks(text).matchAll(/`((?:npx )?peftbench [^`]*|npm (?:run|test|start)\b[^`]*)`/g)];
  return [...inBlocks, ...spans.map(([, span = '']) => span)]
    .flatMap(commandsOfLine)
    .filter(({ length }) => length > 0);
}

/** Words of a line of the shell, without comment and variables set for the command: a list for each of its commands. */
export function commandsOfLine(line: string): string[][] {
  const words: string[][] = [[]];
  const word =
    /\s*(?:#.*$|(&&|\|\||[|;])|((?:'[^']*'|"[^"]*"|\\.|[^\s'"|;&\\#])(?:'[^']*'|"[^"]*"|\\.|[^\s'"|;&\\])*))/gy;
  for (const [, separator, text] of line.trimEnd().matchAll(word)) {
    if (separator !== undefined) words.push([]);
    else if (text !== undefined) words.at(-1)?.push(unquoted(text));
  }
  return words.map((command) => command.slice(command.findIndex((each) => !/^[A-Z_]+=/.test(each))));
}

function unquoted(text: string): string {
  return text.replaceAll(/'([^']*)'|"([^"]*)"|\\(.)/g, (_, single, double, escaped) => single ?? double ?? escaped);
}

export interface Link {
  /** From the document's folder; empty for the document itself. */
  readonly path: string;
  /** A heading there; empty for none. */
  readonly anchor: string;
}

/** Of links and pictures that lead into the project. */
export function linksIn(text: string): Link[] {
  const targets = [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^(?:https?|mailto):/.test(target))
    .map((target) => ({ path: target.replace(/#.*$/, ''), anchor: target.replace(/^[^#]*#?/, '') }));
}

/** What links name the headings by: in small letters, with hyphens for spaces, without punctuation. */
export function anchorsOf(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}
