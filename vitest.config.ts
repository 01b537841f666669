import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{app,main,e2e,tools}/**/*.{test,spec}.ts'],
    pool: 'forks',
    testTimeout: 20_000,
    reporters: ['default'],
  },
})
