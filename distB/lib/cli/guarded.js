import { translate } from '../errors.js';
/**
 * Wraps a subcommand's action, so that a failed system call ends as one line that says what was attempted, and never as
 * a stack trace.
 */
export function guarded(action, run) {
    return async (...args) => {
        try {
            await run(...args);
        }
        catch (error) {
            throw translate(error, 'ESHM_SHM_ATTACH', action);
        }
    };
}
//# sourceMappingURL=guarded.js.map