/** How esbuild makes a few large modules for Node of many small ones: packages stay outside, and what is shared is there once. */
export const FEW_FILES = {
  bundle: true,
  splitting: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  legalComments: 'none',
};
