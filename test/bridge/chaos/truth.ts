/** What is needed of a process with traffic in mode `told`. */
export interface Witness {
  readonly instance: number;
  /** Numbers of its messages of which it was told that they were read. */
  readonly told: ReadonlySet<number>;
  /** Numbers of those that it has read, by sender, in their order. */
  readonly had: ReadonlyMap<number, readonly number[]>;
}

/**
 * Messages of `sender` of which it was told that they were read, and that none of `readers` has read. The one after a
 * reader's last is not held against anybody: that reader may have been killed between reading it and saying so.
 */
export function liesTo(sender: Witness, readers: readonly Witness[]): string[] {
  const lists = readers.flatMap(({ had }) => had.get(sender.instance) ?? []);
  const read = new Set(lists);
  const lasts = new Set(readers.map(({ had }) => had.get(sender.instance)?.at(-1) ?? 0));
  const told = [...sender.told].sort((a, b) => a - b);
  const isExcused = (number: number) => {
    const before = Math.max(0, ...lists.filter((one) => one < number));
    const earlier = told.some((one) => one > before && one < number);
    return lasts.has(before) && !earlier;
  };
  return told
    .filter((number) => !read.has(number) && !isExcused(number))
    .map((number) => `was told that its message ${number} was read; nobody has read it`);
}
