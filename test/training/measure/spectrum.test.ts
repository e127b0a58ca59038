// Norms and effective ranks against those of singular values (fixture made by scripts/fixtures/spectrum.py with NumPy).
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../harness/tensor/index.ts';
import { type Spectrum, spectrumOf, spectrumOfProduct } from '../../../harness/training/measure/spectrum.ts';
import { readFixture } from '../../fixtures.ts';

interface Expected extends Spectrum {
  readonly name: string;
}
interface Fixture {
  readonly matrices: readonly (Expected & { shape: [number, number]; values: number[] })[];
  readonly products: readonly (Expected & { r: number; b: number[]; a: number[] })[];
}
const { matrices, products } = readFixture<Fixture>('training/spectrum.json');

beforeAll(() => useBackend('onnx', { threads: 1 }));

function expectNear(found: Spectrum, { norm, rank }: Spectrum): void {
  expect(Math.abs(found.norm - norm)).toBeLessThanOrEqual(1e-5 * norm);
  if (rank === null) expect(found.rank).toBeNull();
  else expect(Math.abs((found.rank ?? Number.NaN) - rank)).toBeLessThan(1e-4);
}

describe('a matrix', () => {
  it.each(matrices)('$name', ({ shape, values, ...expected }) => {
    expectNear(spectrumOf(Float32Array.from(values), shape), expected);
  });

  it('may be as small as it likes', () => {
    const [tall] = matrices;
    if (tall === undefined) throw new Error('no matrix');
    const small = spectrumOf(
      Float32Array.from(tall.values, (value) => value * 1e-30),
      tall.shape,
    );
    expectNear(small, { norm: tall.norm * 1e-30, rank: tall.rank });
  });
});

describe('a product that is never made', () => {
  it.each(products)('$name', ({ r, b, a, ...expected }) => {
    const [left, right] = [Float32Array.from(b), Float32Array.from(a)];
    expectNear(spectrumOfProduct(left, right, r), expected);
    expect([...left]).toEqual([...Float32Array.from(b)]);
  });

  it('has the effective rank k for k directions of equal weight', () => {
    const identity = Float32Array.from({ length: 25 }, (_, i) => Number(i % 6 === 0));
    expectNear(spectrumOfProduct(identity, identity, 5), { norm: Math.sqrt(5), rank: 5 });
  });
});
