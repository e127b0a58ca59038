// The page of results/quick: complete, readable by everyone, and in need of nothing else.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { studyPage } from '../../../harness/report/page/page.ts';
import { quickInput } from './inputs.ts';
import { all, one, parsed } from './parsed.ts';

const input = quickInput();
const page = studyPage(input);
const root = parsed(page);

test('is the same each time, and well below a megabyte', () => {
  expect(studyPage(quickInput())).toBe(page);
  expect(Buffer.byteLength(page)).toBeLessThan(400_000);
});

describe('what it is allowed', () => {
  const policy = one(root, 'meta[http-equiv="Content-Security-Policy"]').getAttribute('content') ?? '';
  const between = (opening: string, closing: string) => {
    const from = page.lastIndexOf(opening) + opening.length;
    return page.slice(from, page.indexOf(closing, from));
  };
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

  test('is its own script and style, by their hashes, and nothing else', () => {
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hash(between('<script>', '</script>'))}`,
      `style-src ${hash(between('<style>', '</style>'))}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  test('names no address, and no event or style in an attribute', () => {
    expect(between('<style>', '</style>')).not.toMatch(/url\(|@import|@font-face/);
    const names = all(root, '*').flatMap((each) => Array.from(each.attributes, ({ name }) => name));
    expect(names.filter((name) => /^on|^style$|^src/.test(name))).toEqual([]);
    expect(all(root, '[href]').filter((each) => !/^#|^data:,$/.test(each.getAttribute('href') ?? ''))).toEqual([]);
  });
});

describe('its structure', () => {
  test('has one title, and headings that go down a level at a time', () => {
    const levels = all(root, 'h1, h2, h3, h4').map(({ localName }) => Number(localName.slice(1)));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.slice(1).entries()) expect(level).toBeLessThanOrEqual((levels[index] ?? 0) + 1);
  });

  test('has landmarks, named sections, and a way past the navigation', () => {
    for (const landmark of ['header', 'body > nav[aria-label]', 'main', 'footer'])
      expect(all(root, landmark)).toHaveLength(1);
    const sections = all(root, 'main > section');
    expect(sections.map((section) => section.getAttribute('id'))).toEqual([
      ...['answer', 'tables', 'trade-offs', 'figures', 'examples', 'runs', 'audit', 'reproduce'],
    ]);
    expect(one(root, 'body > a').getAttribute('href')).toBe('#answer');
  });

  test('has each id once, and one for all that is referred to', () => {
    const ids = all(root, '[id]').map((each) => each.getAttribute('id'));
    expect(new Set(ids).size).toBe(ids.length);
    const targets = all(root, '[href^="#"]').map((each) => each.getAttribute('href')?.slice(1) ?? '');
    const labels = all(root, '[aria-labelledby]').map((each) => each.getAttribute('aria-labelledby') ?? '');
    expect([...targets, ...labels].filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('has tables with headings of rows and columns, each in a box that the keyboard reaches', () => {
    const tables = all(root, 'table');
    expect(tables).toHaveLength(input.tables.length + 2);
    for (const table of tables) {
      expect(all(table, 'thead th').every((cell) => cell.getAttribute('scope') === 'col')).toBe(true);
      expect(all(table, 'tbody tr').every((row) => row.querySelector('th')?.getAttribute('scope') === 'row')).toBe(
        true,
      );
    }
    expect(all(root, '.scroll').every((box) => box.getAttribute('tabindex') === '0')).toBe(true);
  });
});

describe('what it says', () => {
  test('begins with the claims, each with its verdict as a word', () => {
    const claims = all(root, '.claims > li');
    expect(claims).toHaveLength(input.claims.length);
    for (const claim of claims) expect(one(claim, '.badge').textContent).toMatch(/supported|contradicted|undecided/);
    const says = claims.map((claim) => one(claim, '.says').textContent);
    expect(says.toSorted()).toEqual(input.claims.map(({ claim }) => claim.says).toSorted());
  });

  test('has a sentence for each task, also where there are no claims', () => {
    expect(all(root, '.sentences > li')).toHaveLength(3);
    const without = parsed(studyPage({ ...input, claims: [] }));
    expect(without.querySelector('.claims')).toBeNull();
    expect(one(without, '#answer .sentences > li').textContent).toMatch(/^[a-z/-]+ \((?:pearson|accuracy)\): /);
  });

  test('shows every cell of a table as it is', () => {
    const [table] = input.tables;
    const shown = all(one(root, '#tables table'), 'tbody .figure').map(({ textContent }) => textContent);
    expect(shown).toEqual(table?.rows.flatMap((row) => row.map(({ text }) => text)));
  });

  test('lists what the audit found once, and refers to it where it bites', () => {
    expect(all(root, '#audit ol > li')).toHaveLength(input.findings.length);
    const boosters = input.findings.findIndex(({ rule }) => rule === 'boosters');
    const rows = all(one(root, '#tables table'), 'tbody tr');
    const marked = rows.filter((row) => row.querySelector(`[href="#finding-${boosters + 1}"]`) !== null);
    expect(marked.map((row) => one(row, 'th .figure').textContent)).toEqual(['xgblora']);
  });
});

test('a study of which nothing has completed has a page too', () => {
  const failed = { ...input, claims: [], comparisons: { tasks: [], overTasks: [] }, rows: [], records: [], tables: [] };
  const empty = parsed(studyPage({ ...failed, figures: [], findings: [] }));
  expect(one(empty, '#answer').textContent).toMatch(/nothing can be said yet/);
});
