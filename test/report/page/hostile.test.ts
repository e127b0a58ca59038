// Nothing in a record can run: a name, an error, an id or an answer that is a script is shown as a text.
import { describe, expect, test } from 'vitest';
import { studyPage } from '../../../harness/report/page/page.ts';
import type { Payload } from '../../../harness/report/page/payload.ts';
import { completed, predictionsOf, sampleConfig, unfinished } from '../../records/sample.ts';
import { madeInput } from './inputs.ts';
import { all, one, parsed } from './parsed.ts';

const HOSTILE = [
  '<script>alert(1)</script>',
  '</script><img src=x onerror=alert(1)>',
  '" onload="alert(1)',
  "' onmouseover='alert(1)",
  '<!--',
  '<svg onload=alert(1)>',
  'javascript:alert(1)',
  'a\u2028b\u2029c',
];

describe.each(HOSTILE)('%j', (hostile) => {
  const config = sampleConfig({ label: hostile, task: hostile });
  const done = completed({ ...config, model: hostile }, 0.5);
  const records = [
    { ...done, study: hostile, environment: { ...done.environment, cpu: hostile } },
    unfinished(sampleConfig({ label: hostile, seed: 1 }), 'failed', hostile),
  ];
  const input = madeInput(records);
  const [table] = input.tables;
  const page = studyPage({
    ...input,
    ...{ name: hostile, path: hostile, leftOut: [hostile] },
    tables: table === undefined ? [] : [{ ...table, title: hostile, caption: hostile, notes: [hostile] }],
    figures: [
      {
        ...{ title: hostile, caption: hostile, notes: [hostile] },
        svg: '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script><text>x</text></svg>',
      },
    ],
    predictionsOf: (record) =>
      predictionsOf(record).map((each) => ({ ...each, id: `${each.id}${hostile}`, text: hostile, scores: [] })),
  });
  const root = parsed(page);

  test('makes no element and no attribute', () => {
    expect(all(root, 'script').map((script) => script.getAttribute('type'))).toEqual(['application/json', null]);
    expect(all(root, 'img, iframe, object, embed, form, base')).toEqual([]);
    const attributes = all(root, '*').flatMap((each) =>
      Array.from(each.attributes, ({ name, value }) => ({ name, value })),
    );
    expect(attributes.filter(({ name }) => /^on|^style$|^src/.test(name))).toEqual([]);
    expect(attributes.filter(({ name, value }) => name === 'href' && !/^(#|data:,$)/.test(value))).toEqual([]);
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<!--');
  });

  test('is shown as it is', () => {
    expect(one(root, 'h1').textContent).toBe(hostile);
    expect(one(root, 'tbody .figure').textContent).toBe(hostile);
    expect(one(root, '#tables .notes').textContent).toBe(hostile);
    const data: Payload = JSON.parse(one(root, '#data').textContent);
    expect(data.runs.map(({ label }) => label)).toEqual([hostile, hostile]);
    expect(data.runs[1]?.error).toContain(hostile);
    expect(data.examples[0]?.texts).toEqual([hostile]);
    expect(data.examples[0]?.ids[0]).toBe(`dev-0${hostile}`);
  });
});
