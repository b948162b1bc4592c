/** Why ffi-rs could not be loaded: by the cause alone, and in processes in which it cannot be. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { reasonOf } from '../../syscalls/load-error.js';
import { uniqueName } from '../support/channels.js';
import { repoRoot } from '../support/repo-root.js';
import { type ChildOptions, evaluate, killChildren } from '../support/run-node.js';

/** As Node throws it: an error with a code and more. */
const coded = (code: string | undefined, message: string, more: object = {}) =>
  Object.assign(new Error(message), code === undefined ? {} : { code }, more);

describe('reasonOf()', () => {
  const named = (name: string, message: string) => Object.assign(new Error(message), { name });
  const stack = '\nRequire stack:\n- /app/node_modules/@yuuang/ffi-rs-linux-x64-gnu/x.js';
  const cases: [what: string, cause: unknown, ...expected: (string | RegExp)[]][] = [
    [
      'native addons switched off',
      coded('ERR_DLOPEN_DISABLED', 'Cannot load native addon because loading addons is disabled.'),
      'ERR_DLOPEN_DISABLED',
      '--allow-addons',
      '--no-addons',
    ],
    [
      'a folder that may not be read',
      coded('ERR_ACCESS_DENIED', 'Access to this API has been restricted', {
        permission: 'FileSystemRead',
        resource: '/app/node_modules/ffi-rs/node_modules/x/index.js',
      }),
      "read '/app/node_modules/ffi-rs/node_modules/x/index.js'",
      /--allow-fs-read=\/app\/node_modules\/ffi-rs\/node_modules\/ beside/,
    ],
    [
      'a file elsewhere that may not be read',
      coded('ERR_ACCESS_DENIED', 'no', { permission: 'FileSystemRead', resource: '/app/bundle.js' }),
      /--allow-fs-read=\/app\/bundle\.js beside/,
    ],
    [
      'another permission',
      coded('ERR_ACCESS_DENIED', 'Access to this API has been restricted', { permission: 'Addons' }),
      'ERR_ACCESS_DENIED: Addons',
    ],
    [
      'a permission without a name',
      coded('ERR_ACCESS_DENIED', 'Access to this API has been restricted'),
      'ERR_ACCESS_DENIED: Access to this API has been restricted',
    ],
    [
      'Deno 2 without --allow-ffi',
      named('NotCapable', 'Requires ffi access to "/x.node", run again with the --allow-ffi flag'),
      /^Deno forbids it \(Requires ffi access to "\/x\.node"/,
      '--allow-ffi --allow-read --allow-env --allow-sys',
    ],
    [
      'Deno 1 without --allow-read',
      named('PermissionDenied', 'Requires read access to "/x", run again with the --allow-read flag'),
      /^Deno forbids it \(Requires read access/,
    ],
    [
      'ffi-rs itself not found',
      coded('MODULE_NOT_FOUND', `Cannot find module 'ffi-rs'${stack}`, { requireStack: ['/moved/app.js'] }),
      /^ffi-rs is not found from '\/moved\/app\.js' \(MODULE_NOT_FOUND\)/,
      'moved',
      'external to the bundle',
    ],
    [
      'ffi-rs itself not found, in the words of an ES module',
      coded('ERR_MODULE_NOT_FOUND', "Cannot find package 'ffi-rs' imported from /moved/app.js"),
      /^ffi-rs is not found \(MODULE_NOT_FOUND\)/,
    ],
    [
      'no binary package on glibc',
      coded('MODULE_NOT_FOUND', `Cannot find module '@yuuang/ffi-rs-linux-x64-gnu'${stack}`),
      '@yuuang/ffi-rs-linux-x64-gnu is not installed',
      'optional dependencies were left out',
      'a system with musl while this one has glibc',
      '--include=optional',
    ],
    [
      'no binary package on musl',
      coded('MODULE_NOT_FOUND', `Cannot find module '@yuuang/ffi-rs-linux-x64-musl'${stack}`),
      '@yuuang/ffi-rs-linux-x64-musl is not installed',
      'a system with glibc while this one has musl',
    ],
    [
      'a binary package without its binary',
      coded(
        'MODULE_NOT_FOUND',
        `Cannot find module '/a/node_modules/@yuuang/ffi-rs-linux-x64-gnu/ffi-rs.linux-x64-gnu.node'. Please verify that the package.json has a valid "main" entry${stack}`,
      ),
      'or not whole',
    ],
    [
      'another module not found',
      coded('MODULE_NOT_FOUND', `Cannot find module './lib/other.js'${stack}`),
      "a part of ffi-rs is missing (MODULE_NOT_FOUND: Cannot find module './lib/other.js'); install eshm again",
    ],
    [
      'a C library that is too old',
      coded(
        'ERR_DLOPEN_FAILED',
        "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by /a/ffi-rs.node)",
      ),
      "(ERR_DLOPEN_FAILED: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by /a/ffi-rs.node))",
      "this system's C library is older than the binary",
    ],
    [
      'a binary of another C library',
      coded('ERR_DLOPEN_FAILED', 'libc.musl-x86_64.so.1: cannot open shared object file: No such file'),
      'libc.musl-x86_64.so.1: cannot open shared object file',
      'install eshm again on this system',
    ],
    [
      'a bundle without import.meta.url',
      coded('ERR_INVALID_ARG_VALUE', "The argument 'filename' must be a file URL object. Received undefined"),
      'import.meta.url is empty',
      'external to the bundle',
    ],
    ['an error of its own', new Error('Failed to load native binding'), /\(Failed to load native binding\)$/],
    ['no error at all', 'odd', /\(odd\)$/],
    ['nothing', undefined, /\(undefined\)$/],
  ];

  for (const [what, cause, ...expected] of cases) {
    it(`tells ${what}`, () => {
      const reason = reasonOf(cause);
      for (const part of expected) {
        assert.ok(typeof part === 'string' ? reason.includes(part) : part.test(reason), reason);
      }
      assert.doesNotMatch(reason, /\n|\.$/, 'one line, and no closing period');
      if (!expected.includes('optional dependencies were left out')) {
        assert.ok(/ffi-rs-linux/.test(`${cause}`) || !reason.includes('optional dependencies'), reason);
      }
    });
  }
});

/** What a program was told: of each way in, what the error is and what caused it, from the inside out. */
interface Told {
  readonly code: string | undefined;
  readonly message: string;
  readonly causes: { readonly name: string; readonly code?: string }[];
}

/** Tries every way in of the package under `root`; `ok` where one works. */
const tryAll = (root: string, name: string) => `
  const { Eshm } = await import('${pathToFileURL(join(root, 'lib/index.js'))}');
  const { shmget } = await import('${pathToFileURL(join(root, 'syscalls/index.js'))}');
  const causesOf = ({ cause }) =>
    cause === undefined ? [] : [{ name: cause.name, code: cause.code }, ...causesOf(cause)];
  const told = {};
  for (const [what, act] of Object.entries({
    open: () => Eshm.open('${name}', { role: 'master', shm: 'system-v' }).close(),
    withoutThreads: () => Eshm.open('${name}', { role: 'master', shm: 'system-v', useThreads: false }).close(),
    connect: () => Eshm.connect('${name}', { shm: 'system-v', timeoutMs: 0 }),
    shmget: () => shmget(0, 0, 0),
  })) {
    try {
      await act();
      told[what] = 'ok';
    } catch (error) {
      told[what] = { code: error.code, message: error.message, causes: causesOf(error) };
    }
  }
  console.log(JSON.stringify(told));`;

type Way = 'open' | 'withoutThreads' | 'connect' | 'shmget';

describe('where ffi-rs cannot be loaded', () => {
  const dist = join(repoRoot, 'dist');
  const folders: string[] = [];

  after(() => {
    killChildren();
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  /** What is told in a process; no tool that writes reports may take part, because files may not be written there. */
  function toldBy(root: string, options: ChildOptions = {}): Promise<Record<Way, Told | 'ok'>> {
    const { NODE_V8_COVERAGE: _, ...env } = process.env;
    return evaluate(tryAll(root, uniqueName('load-error')), { env, ...options });
  }

  /** The built package with nothing beside it. */
  function movedCopy(): string {
    const folder = mkdtempSync(join(tmpdir(), 'eshm-moved-'));
    folders.push(folder);
    for (const part of ['lib', 'layout', 'syscalls']) {
      cpSync(join(dist, part), join(folder, 'dist', part), { recursive: true });
    }
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    mkdirSync(join(folder, 'node_modules'));
    return join(folder, 'dist');
  }

  /** Has ffi-rs beside a {@link movedCopy}, without its binary. */
  function addFfi(root: string): string {
    const modules = join(root, '../node_modules');
    cpSync(join(repoRoot, 'node_modules/ffi-rs'), join(modules, 'ffi-rs'), { recursive: true });
    return modules;
  }

  /** Every way in says the same, as ESHM_UNSUPPORTED with the cause behind it. */
  function assertAll(told: Record<Way, Told | 'ok'>, causeCode: string | undefined, message: RegExp): void {
    for (const [way, one] of Object.entries(told)) {
      assert.ok(one !== 'ok', `${way} worked`);
      assert.match(one.message, message);
      assert.match(one.message, /^Cannot use shared memory: /);
      assert.equal(one.code, way === 'shmget' ? undefined : 'ESHM_UNSUPPORTED');
      assert.equal(one.causes.at(-1)?.code, causeCode, `${way}: ${JSON.stringify(one.causes)}`);
    }
  }

  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  const readAll = [permission, '--allow-fs-read=*', '--no-warnings'];

  it('node --permission without --allow-addons', async () => {
    const told = await toldBy(dist, { flags: [...readAll, '--allow-worker'] });
    assertAll(
      told,
      'ERR_DLOPEN_DISABLED',
      new RegExp(`native addons are forbidden .*--allow-addons beside ${permission},`),
    );
  });

  it('node --no-addons', async () => {
    const told = await toldBy(dist, { flags: ['--no-addons'] });
    assertAll(told, 'ERR_DLOPEN_DISABLED', /native addons are forbidden .*--no-addons/);
  });

  it('node --permission with all that is needed works', async () => {
    const told = await toldBy(dist, { flags: [...readAll, '--allow-addons', '--allow-worker'] });
    assert.deepEqual([told.open, told.withoutThreads], ['ok', 'ok']);
    assert.equal((told.connect as Told).code, 'ESHM_TIMEOUT');
  });

  it('node --permission without leave to read ffi-rs', async () => {
    const readable = ['dist/', 'package.json'];
    const flags = [permission, ...readable.map((path) => `--allow-fs-read=${join(repoRoot, path)}`)];
    const told = await toldBy(dist, {
      flags: [...flags, '--allow-addons', '--allow-worker', '--no-warnings'],
    });
    // Only names are resolved there, and the binary is the system's to read: which of that needs leave is Node's affair.
    if (told.open === 'ok') assert.equal(told.withoutThreads, 'ok');
    else {
      const advice = new RegExp(`--allow-fs-read=${join(repoRoot, 'node_modules')}/ beside ${permission}$`);
      assertAll(told, 'ERR_ACCESS_DENIED', advice);
    }
  });

  it('node --permission without --allow-worker says so at once, and works without threads', async () => {
    const { open, withoutThreads, connect } = await toldBy(dist, { flags: [...readAll, '--allow-addons'] });
    assert.equal(withoutThreads, 'ok');
    for (const one of [open, connect] as Told[]) {
      assert.equal(one.code, 'ESHM_UNSUPPORTED');
      assert.match(
        one.message,
        new RegExp(
          `^Cannot (open|connect to) '.*--allow-worker beside ${permission}, or open with useThreads: false$`,
        ),
      );
      assert.equal(one.causes.at(-1)?.code, 'ERR_ACCESS_DENIED');
    }
  });

  it('a copy that was moved away from its node_modules', async () => {
    const root = movedCopy();
    const told = await toldBy(root);
    assertAll(
      told,
      'MODULE_NOT_FOUND',
      /ffi-rs is not found from '.*find-binary\.js'.*a copy that was moved/,
    );
    assert.ok((told.open as Told).message.includes(join(root, 'syscalls/find-binary.js')));
  });

  it('the same in a worker thread', async () => {
    const inWorker = `(async () => {${tryAll(movedCopy(), uniqueName('load-error'))}})()`;
    const told = await evaluate<Record<Way, Told>>(
      `import { Worker } from 'node:worker_threads'; new Worker(${JSON.stringify(inWorker)}, { eval: true });`,
    );
    assertAll(told, 'MODULE_NOT_FOUND', /ffi-rs is not found/);
  });

  it('ffi-rs without the package that has its binary', async () => {
    const root = movedCopy();
    addFfi(root);
    assertAll(await toldBy(root), 'MODULE_NOT_FOUND', /@yuuang\/ffi-rs-linux-x64-.*optional dependencies/);
  });

  it('a binary that the system cannot load', async () => {
    const root = movedCopy();
    const modules = addFfi(root);
    for (const flavour of ['gnu', 'musl']) {
      const folder = join(modules, `@yuuang/ffi-rs-linux-x64-${flavour}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'index.node'), 'no binary at all');
      writeFileSync(join(folder, 'package.json'), '{"main":"index.node"}');
    }
    const told = await toldBy(root);
    assertAll(told, 'ERR_DLOPEN_FAILED', /ERR_DLOPEN_FAILED: .*index\.node: .*; install eshm again/);
  });

  /** A {@link movedCopy} that does not know where it lies, as in a CommonJS bundle. */
  function lostCopy(): string {
    const root = movedCopy();
    const file = join(root, 'syscalls/find-binary.js');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('import.meta.url', 'undefined'));
    return root;
  }

  it('code that does not know where it lies, and no file is the program', async () => {
    assertAll(await toldBy(lostCopy()), 'ERR_INVALID_ARG_VALUE', /import\.meta\.url is empty/);
  });

  it('code that does not know where it lies looks from the program on', async () => {
    const run = <T>(program: string) =>
      evaluate<Record<Way, T>>(
        `process.argv[1] = '${program}';${tryAll(lostCopy(), uniqueName('load-error'))}`,
      );
    const found = await run<Told | 'ok'>(join(repoRoot, 'app.js'));
    assert.deepEqual([found.open, found.withoutThreads], ['ok', 'ok']);
    const missed = await run<Told>('/nowhere/app.js');
    assertAll(missed, 'MODULE_NOT_FOUND', /ffi-rs is not found from '\/nowhere\/app\.js'/);
  });

  it('anything else is told in its own words', async () => {
    const root = movedCopy();
    const folder = join(root, '../node_modules/ffi-rs');
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), 'no manifest');
    assertAll(await toldBy(root), undefined, /: ffi-rs cannot be loaded \(.*package\.json/);
  });
});
