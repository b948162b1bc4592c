/**
 * `npm run peer -- c++|python master|slave|auto [NAME] [--interval MS] [--count N]`: one of the other languages' demo
 * programs in this terminal, built first where it must be.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { buildPeers, missingTools } from './build.js';
const USAGE = 'usage: npm run peer -- c++|python master|slave [NAME] [--interval MS] [--count N]';
function commandOf(peers, kind, role, rest) {
    return kind === 'c++'
        ? [peers.demo, [role, ...rest]]
        : [peers.python, [join(peers.pythonDir, `${role}.py`), ...rest]];
}
async function main([kind, role = '', ...rest]) {
    const roles = kind === 'c++' ? ['master', 'slave', 'auto'] : ['master', 'slave'];
    if ((kind !== 'c++' && kind !== 'python') || !roles.includes(role)) {
        console.error(USAGE);
        return 2;
    }
    const missing = await missingTools([kind]);
    if (missing.length > 0) {
        console.error(`Cannot run the ${kind} demo: ${missing.join(' and ')} is missing, install it`);
        return 1;
    }
    const peers = await buildPeers();
    const child = spawn(...commandOf(peers, kind, role, rest), { env: peers.env, stdio: 'inherit' });
    // The terminal sends Ctrl-C to both; the child closes its end, and then this process ends too.
    process.on('SIGINT', () => { });
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    const [code] = await once(child, 'close');
    return code ?? 1;
}
process.exitCode = await main(process.argv.slice(2));
//# sourceMappingURL=demo.js.map