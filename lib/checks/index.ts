/**
 * Checks: what callers pass to a call is judged here, and the errors say what was found and what was expected.
 *
 * Knows types and units of arguments. Must not know what a call does with them: it imports `layout/` only, for constants
 * and words. The options of `Eshm.open` are judged in options.ts.
 */
export { checkOptions, checkResendMs, checkSignal, checkTimeoutMs, NO_OPTIONS } from './arguments.js';
export { flag, integer, permissions, word } from './values.js';
export { checkWake, type Wake } from './wake.js';
