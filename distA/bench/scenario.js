/** Sizes of messages that are measured, in bytes. */
export const SIZES = [8, 64, 256, 1024, 4096];
//# sourceMappingURL=scenario.js.map