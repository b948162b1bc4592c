/** The collisions among names; the same name twice is none. */
export function collisionsOf(keys) {
    const byKey = new Map();
    for (const { name, key } of keys) {
        const names = byKey.get(key) ?? new Set();
        byKey.set(key, names.add(name));
    }
    return [...byKey].filter(([, names]) => names.size > 1).map(([key, names]) => ({ key, names: [...names] }));
}
//# sourceMappingURL=collisions.js.map