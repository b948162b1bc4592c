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
export function ok(check: string, found: string): CheckResult {
  return { check, level: 'ok', found };
}

/** Worth knowing. */
export function note(check: string, found: string, advice: string): CheckResult {
  return { check, level: 'note', found, advice };
}

/** Something must be done. */
export function problem(check: string, found: string, advice: string): CheckResult {
  return { check, level: 'problem', found, advice };
}
