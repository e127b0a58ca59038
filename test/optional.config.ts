// How the tests run that need what is not always there; each says so where it is not.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/**/*.optional.ts'], testTimeout: 120_000, reporters: ['verbose'] },
});
