import Type from 'typebox';
import { expect, test } from 'vitest';
import { keysOf, type SchemaKey } from '../../harness/contracts/schema-keys.ts';

const rank = Type.Integer({ minimum: 1, default: 8, description: 'rank of an adapter' });

const pathsOf = (keys: readonly SchemaKey[]) => keys.map(({ path }) => path);
const keyAt = (keys: readonly SchemaKey[], path: string) => keys.find((key) => key.path === path);

test('a key has its place, what it may be, its default or whether it must be given, and its description', () => {
  const schema = Type.Object({ r: rank, name: Type.String(), label: Type.Optional(Type.Boolean()) });
  expect(keysOf(schema)).toEqual([
    {
      ...{ path: 'r', type: 'an integer from 1', standard: '8', isRequired: false },
      ...{ description: 'rank of an adapter', only: [] },
    },
    { path: 'name', type: 'a text', standard: null, isRequired: true, description: '', only: [] },
    { path: 'label', type: 'true or false', standard: null, isRequired: false, description: '', only: [] },
  ]);
});

test('keys below objects, lists, choices and records stand behind those that hold them', () => {
  const schema = Type.Object({
    options: Type.Object({ r: rank }),
    tasks: Type.Array(Type.Union([Type.String(), Type.Object({ task: Type.String() })])),
    rss: Type.Union([Type.Object({ mean: Type.Number() }), Type.Null()]),
    space: Type.Record(Type.String(), Type.Object({ from: Type.Number() })),
  });
  expect(pathsOf(keysOf(schema))).toEqual([
    ...['options', 'options.r', 'tasks', 'tasks[].task', 'rss', 'rss.mean', 'space', 'space.<name>.from'],
  ]);
});

test('what is listed elsewhere is named, and its own keys are not', () => {
  const schema = Type.Object({ training: Type.Object({ epochs: Type.Number() }), seed: Type.Integer() });
  expect(pathsOf(keysOf(schema, ['training']))).toEqual(['training', 'seed']);
});

test('a description may be that of the value that is not null', () => {
  const schema = Type.Object({ r: Type.Union([rank, Type.Null()]) });
  expect(keyAt(keysOf(schema), 'r')).toMatchObject({
    description: 'rank of an adapter',
    type: 'an integer from 1 or null',
  });
});

test('objects that a key tells apart are one list, in which a key that some lack names those that have it', () => {
  const kind = (name: string, own: object) => Type.Object({ kind: Type.Literal(name), name: Type.String(), ...own });
  const schema = Type.Array(
    Type.Union([
      kind('better', { than: Type.String() }),
      kind('flat', { over: Type.String(), margin: Type.Number() }),
      kind('optimum', { over: Type.String(), margin: Type.Integer() }),
    ]),
  );
  const keys = keysOf(schema);
  expect(keys.map(({ path, type, only }) => ({ path, type, only }))).toEqual([
    { path: '[].kind', type: '"better" or "flat" or "optimum"', only: [] },
    { path: '[].name', type: 'a text', only: [] },
    { path: '[].than', type: 'a text', only: ['better'] },
    { path: '[].over', type: 'a text', only: ['flat', 'optimum'] },
    { path: '[].margin', type: 'a number or an integer', only: ['flat', 'optimum'] },
  ]);
});

test('a key that two objects describe differently has a line for each', () => {
  const kind = (name: string, description: string) =>
    Type.Object({ kind: Type.Literal(name), method: Type.String({ description }) });
  const keys = keysOf(Type.Union([kind('better', 'scores higher'), kind('cheaper', 'costs less')]));
  expect(keys.map(({ path, description, only }) => [path, description, only])).toEqual([
    ['kind', '', []],
    ['method', 'scores higher', ['better']],
    ['method', 'costs less', ['cheaper']],
  ]);
});
