/** All is well. */
export function ok(check, found) {
    return { check, level: 'ok', found };
}
/** Worth knowing. */
export function note(check, found, advice) {
    return { check, level: 'note', found, advice };
}
/** Something must be done. */
export function problem(check, found, advice) {
    return { check, level: 'problem', found, advice };
}
//# sourceMappingURL=check.js.map