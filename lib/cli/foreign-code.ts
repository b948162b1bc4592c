/** Whether a module of the user's was loaded: it may keep timers and handles of its own, which would keep the command. */
let isLoaded = false;

/** Says that one is about to be. */
export function foreignCodeLoaded(): void {
  isLoaded = true;
}

/** Ends the process once all is printed, where foreign code could keep it. */
export async function endForeignCode(): Promise<void> {
  if (!isLoaded) return;
  for (const stream of [process.stdout, process.stderr])
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  process.exit();
}
