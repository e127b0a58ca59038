// Data inside a page: JSON in which nothing reads as markup, whatever texts it holds.
import { type Markup, verbatim } from './html.ts';

/** `<script type="application/json" id="...">`, which a browser does not run and JSON.parse gives back as it was. */
export function embeddedJson(id: string, data: unknown): Markup {
  const text = JSON.stringify(data).replaceAll(
    UNSAFE,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return verbatim('script', { type: 'application/json', id }, text);
}

/** What could end or comment out a script, and the line ends that JavaScript has and JSON has not. */
const UNSAFE = /[<>&\u2028\u2029]/g;
