import { defineConfig } from 'eslint/config'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

export default defineConfig(
  {
    // The starter modifiers have types of their own, against which a test checks them.
    ignores: [
      'dist/',
      'node_modules/',
      'bench/node_modules/',
      'coverage/',
      'tools/layers.cjs',
      'bench/peers/',
      'assets/',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines': ['warn', { max: 300 }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Numbers and booleans in template strings are how this code writes sentences.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `void` marks a promise that is deliberately not awaited.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
    },
  },
  { files: ['renderer/**'], languageOptions: { parserOptions: { project: './renderer/tsconfig.json' } } },
  { files: ['renderer/**'], ignores: ['**/*.test.ts'], ...reactHooks.configs.flat['recommended-latest'] },
  {
    // Its tests run in Node and have Node's types; the window itself has none of it.
    files: ['renderer/**'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-globals': ['error', 'Buffer', 'process', 'global', 'require', 'setImmediate'] },
  },
  {
    files: ['tools/**', 'bench/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.test.ts', 'e2e/**', 'main/testing/**'],
    // A test may assert that something is there: it fails loudly when it is not.
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', 'max-lines': ['warn', { max: 800 }] },
  },
)
