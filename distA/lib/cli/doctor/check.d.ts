/** How bad a finding is: `note` and `ok` leave the exit code alone. */
export type Level = 'ok' | 'note' | 'problem';
/** One thing that was checked. */
export interface CheckResult {
    /** What was checked, in a word or two. */
    readonly check: string;
    readonly level: Level;
    /** What was found. */
    readonly found: string;
    /** What to do about it; not with `ok`. */
    readonly advice?: string;
}
/** All is well. */
export declare function ok(check: string, found: string): CheckResult;
/** Worth knowing. */
export declare function note(check: string, found: string, advice: string): CheckResult;
/** Something must be done. */
export declare function problem(check: string, found: string, advice: string): CheckResult;
