import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: { include: ['tests/**/*.test.ts'], setupFiles: ['tests/support/property-seed.ts'], testTimeout: 90_000 },
});
