import tseslint from 'typescript-eslint';

// Biome does the rest; it cannot see that Kysely's chained `.execute()` is a promise (docs/adr/0009).
export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/*.client.ts',
      'packages/admin/**',
      'artifacts/**',
    ],
  },
  {
    files: ['packages/**/*.ts', 'tests/**/*.ts'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
);
