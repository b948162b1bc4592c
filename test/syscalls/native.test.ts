import assert from 'node:assert/strict';
import { unsupportedReason } from '../../syscalls/index.js';
import { uniqueName } from '../support/channels.js';
import { builtUrl, evaluate, runNode } from '../support/run-node.js';

const lib = builtUrl('lib/index.js');
const syscalls = builtUrl('syscalls/index.js');

describe('unsupported platforms', () => {
  const fakes: [what: string, fake: string, expected: RegExp][] = [
    ['another system', "Object.defineProperty(process, 'platform', { value: 'darwin' })", /darwin on x64/],
    ['another processor', "Object.defineProperty(process, 'arch', { value: 'arm64' })", /linux on arm64/],
    [
      'Electron',
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, electron: '30.0.1' } })",
      /Electron 30\.0\.1, .*child_process\.spawn\('node'/,
    ],
  ];

  for (const [what, fake, expected] of fakes) {
    it(`${what}: the import works, and what needs memory throws ESHM_UNSUPPORTED`, async () => {
      const found = await evaluate<{ code: string; status?: number; message: string }[]>(`
        ${fake};
        const { Eshm } = await import('${lib}');
        const { shmget } = await import('${syscalls}');
        const found = [];
        for (const act of [
          () => Eshm.open('test-unsupported', { shm: 'system-v', role: 'master' }),
          () => Eshm.open('test-unsupported', { shm: 'system-v', role: 'slave' }),
          () => Eshm.open('test-unsupported', { shm: 'system-v' }),
          () => Eshm.connect('test-unsupported', { shm: 'system-v' }), () => shmget(1, 0, 0),
        ]) {
          try { await act(); } catch (error) { found.push({ code: error.code, name: error.name, message: error.message }); }
        }
        console.log(JSON.stringify(found));`);
      assert.deepEqual(
        found.map(({ code }) => code),
        [...Array(4).fill('ESHM_UNSUPPORTED'), undefined],
      );
      for (const { message } of found) assert.match(message, expected);
    });
  }

  it('Electron: a channel in a file works', async () => {
    const name = uniqueName('electron');
    const shm = await evaluate<string>(`
      ${fakes[2]![1]};
      const { Eshm } = await import('${lib}');
      const master = Eshm.open('${name}', { role: 'master' });
      console.log(JSON.stringify(master.shm));
      master.close();`);
    assert.equal(shm, 'posix');
  });

  for (const [what, fake, expected] of fakes.slice(0, 2)) {
    it(`${what}: no file either`, async () => {
      const message = await evaluate<string>(`
        ${fake};
        const { Eshm } = await import('${lib}');
        try { Eshm.open('test-unsupported', { role: 'master', shm: 'posix' }); } catch (error) {
          console.log(JSON.stringify(error.code + ' ' + error.message));
        }`);
      assert.match(message, /^ESHM_UNSUPPORTED /);
      assert.match(message, expected);
    });
  }

  it('this one is supported', () => {
    assert.equal(unsupportedReason(), undefined);
  });
});

describe('ffi-rs in worker threads only', () => {
  const code = `
    import { Worker } from 'node:worker_threads';
    const work = \`
      import('${syscalls}').then(({ Segment, shmget }) => {
        for (let i = 0; i < 20; i++) {
          const id = shmget(0, 8576, 0o1600);
          const one = Segment.attach(id);
          one.remove();
          one.bytes[i] = i;
          if (one.bytes[i] !== i) throw new Error('torn');
          one.detach();
        }
      });\`;
    for (let round = 0; round < 2; round++) {
      await Promise.all(Array.from({ length: 8 }, () => new Promise((resolve, reject) => {
        new Worker(work, { eval: true }).once('error', reject).once('exit', resolve);
      })));
    }
    console.log('done');`;

  for (let run = 1; run <= 5; run++) {
    it(`eight workers at once, twice, while the main thread never loads it (run ${run})`, async () => {
      const { code: exitCode, signal, stdout, stderr } = await runNode(code);
      assert.deepEqual([exitCode, signal, stdout.trim()], [0, null, 'done'], stderr);
    });
  }
});
