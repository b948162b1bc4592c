/*
 * `node bundle.mjs BUNDLER FORMAT FOLDER`: bundles FOLDER/app.ts (FOLDER/app.js for those that read no TypeScript) into
 * FOLDER/out/app.mjs or app.cjs, with what a user would write and nothing more. Copied to where the bundlers are installed.
 */
import { join } from 'node:path';

const [bundler, format, folder] = process.argv.slice(2);
process.chdir(folder);
const extension = format === 'esm' ? 'mjs' : 'cjs';
const outdir = join(folder, 'out');
const outfile = join(outdir, `app.${extension}`);

const bundlers = {
  async esbuild() {
    const { build } = await import('esbuild');
    await build({ entryPoints: ['app.ts'], bundle: true, platform: 'node', format, outfile });
  },

  async rollup() {
    const { rollup } = await import('rollup');
    const { nodeResolve } = await import('@rollup/plugin-node-resolve');
    const bundle = await rollup({ input: 'app.js', plugins: [nodeResolve()] });
    await bundle.write({ file: outfile, format });
  },

  async vite() {
    const { build } = await import('vite');
    await build({
      root: folder,
      configFile: false,
      logLevel: 'warn',
      ssr: { noExternal: true },
      build: {
        ssr: 'app.ts',
        outDir: outdir,
        emptyOutDir: false,
        rollupOptions: { output: { format, entryFileNames: `app.${extension}` } },
      },
    });
  },

  async webpack() {
    const { default: webpack } = await import('webpack');
    const stats = await new Promise((resolve, reject) =>
      webpack(
        {
          mode: 'production',
          target: 'node',
          context: folder,
          entry: './app.js',
          ...(format === 'esm' && { experiments: { outputModule: true } }),
          output: {
            path: outdir,
            filename: `app.${extension}`,
            ...(format === 'esm' && { module: true }),
          },
        },
        (error, result) => (error ? reject(error) : resolve(result)),
      ),
    );
    if (stats.hasErrors()) throw new Error(stats.toString({ preset: 'errors-only' }));
  },

  async tsup() {
    const { build } = await import('tsup');
    await build({
      entry: ['app.ts'],
      format: [format],
      outDir: outdir,
      outExtension: () => ({ js: `.${extension}` }),
      noExternal: [/./],
      config: false,
      silent: true,
    });
  },
};

await bundlers[bundler]();
