// The page's own script and style, each as one text: made from client/ when a page is made, the same every time.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync, transformSync } from 'esbuild';

export interface Assets {
  readonly script: string;
  readonly style: string;
}

const CLIENT = fileURLToPath(new URL('./client/', import.meta.url));

let made: Assets | undefined;

/** Once a process. */
export function assets(): Assets {
  made ??= { script: bundledScript(), style: bundledStyle() };
  return made;
}

/** What a Content-Security-Policy names an inline script or style by. */
export function policyHash(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}

function bundledScript(): string {
  const { outputFiles } = buildSync({
    // As an entry point, a path with a * would be taken for a pattern.
    stdin: { contents: "import './main.ts';", resolveDir: CLIENT },
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    tsconfigRaw: {},
    logLevel: 'silent',
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('the page has no script');
  return file.text;
}

function bundledStyle(): string {
  return transformSync(readFileSync(`${CLIENT}page.css`, 'utf8'), { loader: 'css', minify: true }).code;
}
