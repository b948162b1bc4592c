/** docs/typescript.md: its files and its commands, in a folder as it describes. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Eshm } from '../lib/index.js';
import type { AnyRecord } from '../lib/record/index.js';
import { codeBlocks, Programs, read } from './support/documents.js';
import { needsCommand } from './support/needs.js';
import { repoRoot } from './support/repo-root.js';

const PAGE = 'docs/typescript.md';
const name = `docs-service-${process.pid}`;
const manifest = JSON.parse(read('package.json'));

describe(PAGE, () => {
  let programs: Programs;
  let Pose: AnyRecord;
  let Command: AnyRecord;
  const service = codeBlocks(PAGE, 'ts')[0]!.replaceAll('docs-service', name);

  const bash = (line: string) => programs.start('bash', ['-ec', line]);

  before(async function () {
    needsCommand(this, 'g++', 'g++');
    programs = new Programs();
    const modules = join(programs.folder, 'node_modules');
    for (const folder of ['.bin', '../src']) mkdirSync(join(modules, folder), { recursive: true });
    // What `npm install` puts there.
    symlinkSync(repoRoot, join(modules, 'eshm'));
    symlinkSync(join(repoRoot, 'node_modules/@types'), join(modules, '@types'));
    symlinkSync(join(repoRoot, manifest.bin.eshm), join(modules, '.bin/eshm'));
    symlinkSync(join(repoRoot, 'node_modules/.bin/tsc'), join(modules, '.bin/tsc'));
    const [header] = codeBlocks(PAGE, 'cpp');
    const [packageJson, tsconfig] = codeBlocks(PAGE, 'json');
    programs.write('robot.hpp', header!);
    programs.write('package.json', packageJson!);
    programs.write('tsconfig.json', tsconfig!);
    programs.write('src/service.ts', service);
  });
  after(() => programs?.dispose());

  it('the records are made of the header, and the project compiles', async () => {
    const lines = codeBlocks(PAGE, 'sh').flatMap((block) => block.trim().split('\n'));
    const others = [/^npm install /, /^node dist\/service\.js$/, /^npx eshm recv docs-service /];
    const made = lines.filter((line) => !others.some((pattern) => pattern.test(line)));
    assert.deepEqual(made, ['mkdir -p src', 'npm run records', 'npm run records:check', 'npm run build']);
    for (const line of made) {
      const { code, output } = await bash(line);
      assert.equal(code, 0, `${line}: ${output}`);
    }
    ({ Pose, Command } = await import(pathToFileURL(join(programs.folder, 'dist/robot.js')).href));
  });

  it('using closes an endpoint on the oldest Node, as TypeScript translates it', async () => {
    programs.write(
      'src/short.ts',
      `import { Eshm } from 'eshm';
      function states(): string[] {
        using master = Eshm.open('${name}-short', { role: 'master' });
        const open = master.state;
        kept = master;
        return [open];
      }
      let kept: Eshm | undefined;
      console.log([...states(), kept?.state].join());`,
    );
    const { code, output } = await bash(
      'node_modules/.bin/tsc -p . && { grep -c "using master" dist/short.js || node dist/short.js; }',
    );
    assert.deepEqual([code, output], [0, '0\nconnected,closed\n']);
    programs.write('src/short.ts', 'export {};');
  });

  it('a header that has changed is found', async () => {
    const [header] = codeBlocks(PAGE, 'cpp');
    programs.write('robot.hpp', header!.replace('double speed', 'float speed'));
    assert.notEqual((await bash('npm run records:check')).code, 0);
    programs.write('robot.hpp', header!);
  });

  it('what it says does not compile, does not', async () => {
    for (const [right, wrong] of [
      ["!== 'moving'", "!== 'movign'"],
      ['{ seq, x, y, mode }', '{ seq, x, z: y, mode }'],
      [', speed: 0 }', ' }'],
    ] as const) {
      assert.ok(service.includes(right));
      programs.write('src/service.ts', service.replace(right, wrong));
      const { code, output } = await bash('node_modules/.bin/tsc -p . --noEmit');
      assert.notEqual(code, 0, wrong);
      assert.match(output, /^src\/service\.ts\(/, wrong);
    }
    programs.write('src/service.ts', service);
  });

  it('the service ends in good order when it is interrupted before there is a master', async () => {
    // Tells when the service is past its handlers, in its wait.
    const preload = programs.write(
      'tell.mjs',
      `process.on('newListener', (name) => {
        if (name === 'SIGTERM') setImmediate(() => console.log('waits'));
      });`,
    );
    const { code, output } = await programs.start(
      process.execPath,
      ['--import', pathToFileURL(preload).href, 'dist/service.js'],
      process.env,
      (text) => {
        if (text.includes('waits')) programs.endAll('SIGINT');
      },
    );
    assert.deepEqual([code, output], [0, 'waits\n']);
  });

  it('the service answers a master, and ends in good order; recv prints messages by the same record', async () => {
    const master = Eshm.open(name, {
      role: 'master',
      record: { out: Pose, in: Command },
      staleThresholdMs: 10_000,
    });
    try {
      const pose = { seq: 7n, x: 30, y: 40, q: [0, 0, 0, 1], mode: 'moving' };
      const running = programs.start(process.execPath, ['dist/service.js']);
      const timer = setInterval(() => master.write(pose), 10);
      const command = await master.read({ timeoutMs: 120_000 });
      clearInterval(timer);
      assert.equal((command as { speed: number }).speed, 0);
      programs.endAll();
      const { code, output } = await running;
      assert.equal(code, 0, output);
      assert.match(output, /^stopped at pose 7$/m);
      const line = codeBlocks(PAGE, 'sh').at(-1)!.trim().replace('docs-service', name);
      const printing = bash(`${line.replace('npx eshm', 'node_modules/.bin/eshm')}`);
      await master.send(pose, { timeoutMs: 120_000, resendMs: 50 });
      master.close();
      const printed = await printing;
      assert.equal(printed.code, 0, printed.output);
      assert.match(printed.stdout, /"mode":"moving"/);
    } finally {
      master.close();
    }
  });
});
