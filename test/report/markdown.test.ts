// Texts in Markdown: what has no sign of its own is shown as one that says so.
import { expect, it } from 'vitest';
import { alignedTable, escaped } from '../../harness/report/markdown.ts';

it('shows control characters, and nothing obeys them', () => {
  expect(escaped('a\u001B[2Jb\u009B2Jc\u0000\u0007\u007F')).toBe('a\uFFFD\\[2Jb\uFFFD2Jc\uFFFD\uFFFD\uFFFD');
  expect(escaped('a \r\n b\u2028c\td')).toBe('a b c\td');
  expect(alignedTable(['\u001B]0;x'], [['\u0085']], 1)).not.toMatch(/(?!\n)\p{Cc}/u);
});
