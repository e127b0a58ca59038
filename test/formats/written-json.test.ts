// JSON that people write: where it is wrong, and what of it JSON.parse would change without a word.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseJson, parseWrittenJson } from '../../harness/formats/written-json.ts';

/** The faults of a text, a line each, after the file's name. */
function faultsOf(text: string): string[] {
  try {
    parseWrittenJson(text, 'a.json');
  } catch (error) {
    return (error as Error).message.split('\n').map((line) => line.replace(/^a\.json:/, ''));
  }
  return [];
}

describe('what is not JSON is located by line and column', () => {
  test.each([
    ['', '1:1: not JSON: found the end, expected a value'],
    ['{\n  "name": }', '2:11: not JSON: found "}", expected a value'],
    ['{"a": 1,\n}', '2:1: not JSON: found "}", expected a key in quotes'],
    ['{"a" 1}', '1:6: not JSON: found "1", expected ":"'],
    ['{"a": 1\n "b": 2}', '2:2: not JSON: found "\\"b\\"", expected "," or "}"'],
    ['{a: 1}', '1:2: not JSON: found "a", expected a key in quotes or "}"'],
    ["{'a': 1}", '1:2: not JSON: found "\'a\'", expected a key in quotes or "}"'],
    ['[1, 2', '1:6: not JSON: found the end, expected "," or "]"'],
    ['[1, 2]]', '1:7: not JSON: found "]", expected the end'],
    ['[\r\n1,\r\n NaN]', '3:2: not JSON: found "NaN", expected a value'],
    ['[01]', '1:2: not JSON: found "01", expected a value or "]"'],
    ['[1.]', '1:2: not JSON: found "1.", expected a value or "]"'],
    ['["字𝄞", .5]', '1:8: not JSON: found ".5", expected a value'],
    ['["a\nb"]', '1:4: not JSON: found "\\n", expected the rest of a text and its closing quote'],
    ['["C:\\dir"]', '1:5: not JSON: found "\\\\d", expected the rest of a text and its closing quote'],
    ['["a', '1:4: not JSON: found the end, expected the rest of a text and its closing quote'],
    ['// why\n{}', '1:1: not JSON: found "//", expected a value'],
    ['{"a":\u00a01}', '1:6: not JSON: found "\u00a0", expected a value'],
  ])('%j', (text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
    expect(() => parseJson(text, 'a.json')).toThrow(`a.json:${fault}`);
  });

  it('however deep it is', () => {
    expect(faultsOf('['.repeat(100_000))).toEqual(['1: JSON nested 501 deep, expected 500 at most']);
    expect(faultsOf('['.repeat(500))).toEqual(['1:501: not JSON: found the end, expected a value or "]"']);
  });
});

describe('refuses', () => {
  it('a key that is given twice, however it is spelled', () => {
    expect(faultsOf('{"seeds": [0],\n "training": {"clip": 1, "\\u0063lip": 2},\n "seeds": [1]}')).toEqual([
      '2:26: training.clip: stands there twice, first in line 2; expected it once',
      '3:2: seeds: stands there twice, first in line 1; expected it once',
    ]);
  });

  it('numbers that become others', () => {
    expect(
      faultsOf('{"seeds": [1, 9007199254740993], "rate": 1e999,\n "least": 1e-999, "x": -90071992547409930.0}'),
    ).toEqual([
      '1:15: seeds[1]: 9007199254740993; expected at most 9007199254740991, as larger whole numbers are not told apart',
      `1:42: rate: 1e999 is too large; expected at most ${Number.MAX_VALUE}`,
      '2:11: least: 1e-999 becomes 0; expected 0 or at least 5e-324',
      '2:24: x: -90071992547409930.0; expected at most 9007199254740991, as larger whole numbers are not told apart',
    ]);
  });
});

describe('agrees with JSON.parse', () => {
  it('on what is JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(!/\d{16}/.test(text));
        expect(parseWrittenJson(text, 'a.json')).toEqual(JSON.parse(text));
      }),
      { seed: 1, numRuns: 300 },
    );
    expect(parseWrittenJson('[1e25, 0.1, 9007199254740991, -0, 0e5, 1.0]', 'a.json')).toEqual([
      1e25, 0.1, 9007199254740991, -0, 0, 1,
    ]);
  });

  it('on what is not', () => {
    const character = fc.constantFrom(...'{}[]:,"\\ \n\tu0019.eE+-truefalsn/\u0001é');
    const mutated = fc
      .tuple(fc.jsonValue(), fc.nat(), fc.string({ unit: character, maxLength: 3 }), fc.nat(3))
      .map(([value, at, text, gone]) => {
        const json = JSON.stringify(value);
        const place = at % (json.length + 1);
        return json.slice(0, place) + text + json.slice(place + gone);
      });
    fc.assert(
      fc.property(mutated, (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(faultsOf(text).some((fault) => fault.includes('not JSON'))).toBe(!isJson);
      }),
      { seed: 2, numRuns: 2000 },
    );
  });
});
