import { closeSync, existsSync, openSync, readSync } from 'node:fs';
// By its default export: a call of an import named `createRequire` is one that webpack follows, into a binary.
import nodeModule from 'node:module';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The file with ffi-rs's binary for this system, as it is installed beside this code: beside the bundle, where this is in
 * one, because a binary is in none.
 *
 * @throws what `require.resolve` throws
 */
export function findBinary(): string {
  const fromFfi = nodeModule.createRequire(findFfi());
  const names = flavours().map((flavour) => `@yuuang/ffi-rs-linux-x64-${flavour}`);
  let missing: unknown;
  for (const name of names) {
    try {
      return fromFfi.resolve(name);
    } catch (error) {
      missing ??= error;
    }
  }
  throw missing;
}

/** A file of the package ffi-rs. */
function findFfi(): string {
  const missing: { readonly file: string; readonly error: unknown }[] = [];
  for (const file of ownFiles()) {
    const require = nodeModule.createRequire(file);
    try {
      return require.resolve('ffi-rs');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
      missing.push({ file, error });
    }
    // A package manager with a folder for each package (pnpm) has it in reach of eshm, and not of the bundle.
    try {
      return nodeModule.createRequire(require.resolve('eshm/package.json')).resolve('ffi-rs');
    } catch {
      // The error above says what is missing.
    }
  }
  const { error } = missing.find(({ file }) => existsSync(file)) ?? missing[0] ?? {};
  throw error ?? Object.assign(new Error('import.meta.url is empty'), { code: 'ERR_INVALID_ARG_VALUE' });
}

/**
 * Where this code may lie. A bundle that is CommonJS has no `import.meta.url`, or that of the machine on which it was made;
 * the program's own file is there for all others that do not say.
 */
function ownFiles(): string[] {
  const own = import.meta.url?.startsWith('file:') ? fileURLToPath(import.meta.url) : undefined;
  const files = [own, fileOfScript(), process.argv[1]];
  return files.filter((file) => file !== undefined && isAbsolute(file)) as string[];
}

/** The file of a CommonJS bundle; tried, because webpack takes `typeof __filename` for known where there is none. */
function fileOfScript(): string | undefined {
  try {
    return __filename;
  } catch {
    return undefined;
  }
}

/** The C library that this process runs on, by the loader that its program names; both where that cannot be read. */
function flavours(): string[] {
  const start = Buffer.alloc(4096);
  try {
    const file = openSync(process.execPath, 'r');
    try {
      readSync(file, start);
    } finally {
      closeSync(file);
    }
  } catch {
    return ['gnu', 'musl'];
  }
  return [start.includes('ld-musl-') ? 'musl' : 'gnu'];
}
