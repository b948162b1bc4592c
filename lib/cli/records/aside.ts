/** How many of {@link withStdoutAside} are under way, and what was there before the first: they may overlap. */
let underWay = 0;
let before: typeof process.stdout.write;

/**
 * Runs what may print, and sends what it prints on stdout to stderr until it has ended, however it ends: stdout is for
 * the command's own result. It takes what goes through `process.stdout` (`console.log` too), not what goes to
 * descriptor 1 directly.
 */
export async function withStdoutAside<T>(run: () => Promise<T>): Promise<T> {
  if (underWay++ === 0) {
    before = process.stdout.write;
    process.stdout.write = aside as typeof before;
  }
  try {
    return await run();
  } finally {
    if (--underWay === 0) process.stdout.write = before;
  }
}

/** Never asks to wait: the `drain` that would end the wait is another stream's. */
function aside(...args: Parameters<typeof process.stderr.write>): boolean {
  process.stderr.write(...args);
  return true;
}
