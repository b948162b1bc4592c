/** A name and its key. */
export interface NamedKey {
  readonly name: string;
  readonly key: number;
}

/** Different names that share a key, and so a segment. */
export interface Collision {
  readonly key: number;
  readonly names: readonly string[];
}

/** The collisions among names; the same name twice is none. */
export function collisionsOf(keys: readonly NamedKey[]): Collision[] {
  const byKey = new Map<number, Set<string>>();
  for (const { name, key } of keys) {
    const names = byKey.get(key) ?? new Set();
    byKey.set(key, names.add(name));
  }
  return [...byKey].filter(([, names]) => names.size > 1).map(([key, names]) => ({ key, names: [...names] }));
}
