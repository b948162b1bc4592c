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
import { Eshm, } from '../../lib/index.js';
/** Compiles only where both types are the same. */
function same(_equal) { }
export async function endpoints(options) {
    const bytes = Eshm.open('types');
    same(true);
    const plain = Eshm.open('types', { role: 'master', encoding: null });
    same(true);
    const text = Eshm.open('types', { role: 'slave', encoding: 'utf8' });
    same(true);
    const either = Eshm.open('types', options);
    same(true);
    const connected = await Eshm.connect('types', { timeoutMs: 5, signal: AbortSignal.timeout(5) });
    same(true);
    const connectedText = await Eshm.connect('types', { encoding: 'cstring' });
    same(true);
    const any = text;
    any.close();
    // @ts-expect-error: no such encoding
    Eshm.open('types', { encoding: 'latin1' });
    // @ts-expect-error: no such option
    Eshm.open('types', { rôle: 'master' });
    // @ts-expect-error: only a slave connects
    Eshm.connect('types', { role: 'master' });
    // @ts-expect-error: made by open and connect only
    new Eshm('types', options);
    // @ts-expect-error: a name is needed
    Eshm.open();
}
export async function reads(bytes, text) {
    same(true);
    const tried = bytes.tryRead();
    same(true);
    const triedText = text.tryRead();
    same(true);
    const peeked = text.peek();
    same(true);
    const blocking = text.readSync({ timeoutMs: 5 });
    same(true);
    const size = text.tryReadInto(new Uint8Array(4096));
    same(true);
    const read = await bytes.read({ timeoutMs: 5, signal: AbortSignal.abort() });
    same(true);
    const readText = await text.read();
    same(true);
    for await (const data of bytes)
        same(true);
    for await (const data of text)
        same(true);
    for await (const message of text.messages({ signal: AbortSignal.abort() })) {
        same(true);
        same(true);
        // @ts-expect-error: what was read is not to be changed
        message.count = 5;
    }
    // @ts-expect-error: milliseconds
    bytes.read({ timeoutMs: '5' });
    // @ts-expect-error: blocking reads cannot be aborted
    bytes.readSync({ signal: AbortSignal.abort() });
    // @ts-expect-error: not text
    bytes.tryReadInto('text');
}
export async function writes(bytes, text) {
    for (const endpoint of [bytes, text]) {
        endpoint.write('text');
        endpoint.write(new Uint8Array(5));
        const sent = await endpoint.send(Buffer.from('x'), {
            timeoutMs: 5,
            resendMs: 5,
            signal: AbortSignal.abort(),
        });
        same(true);
        endpoint.sendSync('x', { timeoutMs: 5, resendMs: 5 });
        // @ts-expect-error: neither text nor bytes
        endpoint.write(5);
        // @ts-expect-error: neither text nor bytes
        endpoint.send({});
        // @ts-expect-error: a blocking send cannot be aborted
        endpoint.sendSync('x', { signal: AbortSignal.abort() });
    }
    const readable = bytes.readable({ signal: AbortSignal.abort() });
    const writable = bytes.writable({ resendMs: 5 });
    readable.pipe(writable);
}
export function events(endpoint) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        endpoint.on('missed', (messages) => same(true));
        endpoint.on('reconnected', (reconnection) => same(true));
        for (const event of ['stale', 'recovered', 'reconnecting', 'disconnected', 'closed']) {
            endpoint.once(event, () => { });
            same(true);
        }
        // @ts-expect-error: it brings a number
        endpoint.on('missed', (messages) => messages);
        const code = 'ESHM_TIMEOUT';
        // @ts-expect-error: no such code
        const wrong = 'ESHM_TIME';
        const disposable = __addDisposableResource(env_1, endpoint, false);
        void [code, wrong, disposable];
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        __disposeResources(env_1);
    }
}
//# sourceMappingURL=endpoint.js.map