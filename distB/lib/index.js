export { Eshm } from './endpoint.js';
export { EshmError, errorText } from './errors.js';
export { BACKOFF_DEFAULTS, BackoffIdleStrategy, BusySpinIdleStrategy, SleepingIdleStrategy, YieldingIdleStrategy, } from './idle/index.js';
//# sourceMappingURL=index.js.map