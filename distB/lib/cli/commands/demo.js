var __addDisposableResource = (this && this.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (this && this.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});
import { Argument, InvalidArgumentError } from 'commander';
import { Eshm } from '../../index.js';
import { runPair } from '../demo/pair.js';
import { runMaster, runSlave } from '../demo/roles.js';
import { LONGEST_TIMER_MS, stopSignal } from '../stop.js';
/** Adds `eshm demo`: the original's demo programs, and a pair of them in one terminal. */
export function demo(program) {
    program
        .command('demo')
        .description('Exchange greetings with a C++, Python or TypeScript peer; pair runs both sides itself.')
        .addArgument(new Argument('<role>', 'which side to be').choices(['master', 'slave', 'auto', 'pair']))
        .argument('[name]', 'name of the channel (default: eshm1; for pair, one of its own)')
        .option('-i, --interval <ms>', "time between a master's messages (default: 500; for pair, 100)", number(LONGEST_TIMER_MS))
        .option('-c, --count <n>', 'messages to send or to answer; 0: until Ctrl-C', integer, 0)
        .action(runDemo);
}
async function runDemo(role, name, flags) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const options = {
            intervalMs: flags.interval ?? (role === 'pair' ? 100 : 500),
            count: flags.count,
            stop: stopSignal(),
            say: (line) => process.stdout.write(`${line}\n`),
        };
        if (role === 'pair') {
            if (!(await runPair(name ?? `eshm-demo-${process.pid}`, options)))
                process.exitCode = 1;
            return;
        }
        const endpoint = __addDisposableResource(env_1, Eshm.open(name ?? 'eshm1', { role }), false);
        await (endpoint.role === 'master' ? runMaster : runSlave)(endpoint, options);
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        __disposeResources(env_1);
    }
}
function number(most) {
    return (text) => {
        const value = Number(text);
        if (text.trim() !== '' && value >= 0 && value <= most)
            return value;
        throw new InvalidArgumentError(`Expected milliseconds from 0 to ${most}.`);
    };
}
function integer(text) {
    if (/^\d{1,15}$/.test(text))
        return Number(text);
    throw new InvalidArgumentError('Expected a whole number, 0 or more.');
}
//# sourceMappingURL=demo.js.map