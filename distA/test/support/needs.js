import { spawnSync } from 'node:child_process';
/**
 * For a `before` hook whose tests need a program from outside: skips them when it is missing and says what to
 * install, or fails them where nothing may be skipped (CI=true).
 */
export function needsCommand(context, command, packageName) {
    if (spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0)
        return;
    const reason = `${command} is missing: install it with apt-get install ${packageName}`;
    if (process.env.CI === 'true')
        throw new Error(reason);
    console.log(`    skipped, ${reason}`);
    context.skip();
}
//# sourceMappingURL=needs.js.map