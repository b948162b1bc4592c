import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { requirePeers } from './build.js';
import { cleanUp, listSegments, uniqueName, until } from './helpers.js';
import { PeerProcess } from './peer-process.js';
class Demo {
    child;
    exited;
    output = '';
    constructor(peers, language, role, name, args = []) {
        const [program, first] = language === 'c++' ? [peers.demo, role] : [peers.python, join(peers.pythonDir, `${role}.py`)];
        this.child = spawn(program, [first, name, ...args], {
            env: peers.env,
            stdio: ['ignore', 'pipe', 'inherit'],
        });
        this.exited = once(this.child, 'exit');
        this.child.stdout?.setEncoding('utf8').on('data', (text) => {
            this.output += text;
        });
    }
    says(line) {
        return until(`${line} in:\n${this.output}`, () => line.test(this.output));
    }
}
describe('demo programs of the original', () => {
    let peers;
    let running = [];
    before(async function () {
        this.timeout(180_000);
        peers = await requirePeers(this, ['c++', 'python']);
    });
    afterEach(async () => {
        for (const { child } of running)
            child.kill('SIGKILL');
        running = [];
        await cleanUp(peers);
    });
    const languages = ['c++', 'python'];
    const who = { 'c++': '', python: 'Python ' };
    for (const masterLanguage of languages) {
        for (const slaveLanguage of languages) {
            it(`a ${masterLanguage} master and a ${slaveLanguage} slave print what scripts grep`, async () => {
                const name = uniqueName('demo');
                const key = await PeerProcess.start(peers).command(`key ${name}`);
                const mine = () => listSegments().filter((segment) => `key ${segment.key}` === key);
                const master = new Demo(peers, masterLanguage, 'master', name, ['--interval', '20']);
                running.push(master);
                await master.says(/^\[MASTER\] Sent: /m);
                assert.deepEqual(mine().map(({ perms, size }) => [perms, size]), [['666', 8576]]);
                const slave = new Demo(peers, slaveLanguage, 'slave', name);
                running.push(slave);
                const hello = `Hello from ${who[masterLanguage]}master #`;
                const ack = `ACK from ${who[slaveLanguage]}slave #`;
                const nul = masterLanguage === 'c++' ? 1 : 0;
                await master.says(new RegExp(`^\\[MASTER\\] Sent: ${hello}\\d+$`, 'm'));
                await master.says(new RegExp(`^\\[MASTER\\] Received: ${ack}\\d+$`, 'm'));
                const received = new RegExp(`^\\[SLAVE\\] Received \\((\\d+) bytes\\): (${hello}\\d+)$`, 'm');
                await slave.says(received);
                const [, length, text] = received.exec(slave.output) ?? [];
                assert.equal(Number(length), (text ?? '').length + nul);
                if (masterLanguage === 'c++')
                    assert.match(master.output, /^\[MASTER\] Initialized with role: MASTER\n/);
                if (slaveLanguage === 'python') {
                    assert.match(slave.output, /^Initialized as SLAVE\n/);
                    await slave.says(new RegExp(`^\\[SLAVE\\] Sent: ${ack}\\d+$`, 'm'));
                }
                slave.child.kill('SIGINT');
                assert.deepEqual(await slave.exited, [0, null]);
                master.child.kill('SIGTERM');
                assert.deepEqual(await master.exited, [0, null]);
                assert.deepEqual(mine(), [], 'no segment is left');
            });
        }
    }
    it('a demo with --count ends by itself', async () => {
        for (const language of languages) {
            const demo = new Demo(peers, language, 'master', uniqueName('demo'), [
                '--count',
                '3',
                '--interval',
                '1',
            ]);
            running.push(demo);
            assert.deepEqual(await demo.exited, [0, null]);
            await demo.says(/Sent: .*#2\n/);
            assert.doesNotMatch(demo.output, /#3/);
        }
    });
});
//# sourceMappingURL=demos.test.js.map