// Whatever a text holds comes out of a page as that text, and as nothing else.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { embeddedJson } from '../../../harness/report/page/embedded-json.ts';
import { element, html, verbatim } from '../../../harness/report/page/html.ts';
import { all, one, parsed } from './parsed.ts';

const HOSTILE = [
  '<script>alert(1)</script>',
  '</script>',
  '" onload="alert(1)',
  "' onload='alert(1)",
  '<!--',
  ']]>',
  '&lt;b&gt; &amp;',
  '\u2028\u2029',
];
const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE));

/** What a browser can hold. */
const held = (text: string) => text.replaceAll(/(?![\t\n])[\p{Cc}\p{Cs}]/gu, '\uFFFD');

test('a text is a text, between tags and in an attribute', () => {
  fc.assert(
    fc.property(texts, texts, (text, attribute) => {
      const page = parsed(`<!doctype html>${html`<html><body><p title="${attribute}">${text}</p></body></html>`}`);
      expect(all(page, 'body *')).toHaveLength(1);
      const paragraph = one(page, 'p');
      expect(paragraph.textContent).toBe(held(text));
      expect([...paragraph.attributes].map(({ name, value }) => [name, value])).toEqual([['title', held(attribute)]]);
    }),
  );
});

test('markup goes in as it is, lists piece by piece, nothing as nothing', () => {
  const item = (text: string) => html`<li>${text}</li>`;
  expect(html`<ul>${['<a>', 'b'].map(item)}${null}</ul>${0}`.toString()).toBe('<ul><li>&lt;a&gt;</li><li>b</li></ul>0');
  expect(element('g', { fill: '"none"' }, ['&']).toString()).toBe('<g fill="&quot;none&quot;">&amp;</g>');
});

test('no name of an element or attribute comes from elsewhere', () => {
  expect(() => element('a onload=x', {}, [])).toThrow('no name');
  expect(() => element('a', { 'x>': '' }, [])).toThrow('no name');
});

test('a script that would end early is refused', () => {
  expect(() => verbatim('script', {}, 'let x = "</script>"')).toThrow('would end it');
  expect(() => verbatim('script', {}, '<!--')).toThrow('would end it');
});

test('data come out of the page as they went in', () => {
  fc.assert(
    fc.property(fc.dictionary(texts, fc.oneof(texts, fc.integer(), fc.constant(null))), (data) => {
      const markup = embeddedJson('data', data).toString();
      expect(markup.slice(1, -1)).not.toMatch(/<(?!\/script$)|[\u2028\u2029]/);
      const page = parsed(`<!doctype html><html><body>${markup}</body></html>`);
      expect(all(page, 'script')).toHaveLength(1);
      expect(JSON.parse(one(page, '#data').textContent)).toEqual(JSON.parse(JSON.stringify(data)));
    }),
  );
});
