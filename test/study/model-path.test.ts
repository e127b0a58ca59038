import { describe, expect, it } from 'vitest';
import { isModelPath, isRelativePath, isSameModel, spelledFrom } from '../../harness/study/model-path.ts';

describe('a path of a model', () => {
  it('is told from a name', () => {
    expect(['./m', '../m', '.', '..', '/m'].map(isModelPath)).toEqual([true, true, true, true, true]);
    expect(['m', 'org/m', '.m', '..m', 'm.gguf'].map(isModelPath)).toEqual([false, false, false, false, false]);
    expect(isRelativePath('/m')).toBe(false);
  });

  it('is spelled from another folder', () => {
    expect(spelledFrom('m', 'a/b', 'a/b')).toBe('./m');
    expect(spelledFrom('./m', 'a/b', 'a')).toBe('./b/m');
    expect(spelledFrom('../m', 'a/b', 'c')).toBe('../a/m');
    expect(spelledFrom('.', 'a', 'a')).toBe('./');
  });

  it('is the same with other dots', () => {
    expect(isSameModel('./m', 'm')).toBe(true);
    expect(isSameModel('./a/../m', './m')).toBe(true);
    expect(isSameModel('../m', './m')).toBe(false);
  });
});
