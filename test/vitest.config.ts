// How the tests run: everything below test/, each file in its own process.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], setupFiles: ['test/environment.ts'], testTimeout: 60_000 },
});
