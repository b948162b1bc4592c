/**
 * For a `before` hook whose tests need a program from outside: skips them when it is missing and says what to
 * install, or fails them where nothing may be skipped (CI=true).
 */
export declare function needsCommand(context: Mocha.Context, command: string, packageName: string): void;
