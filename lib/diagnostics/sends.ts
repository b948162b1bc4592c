import { type DiagnosedEndpoint, isSendWatched, publishSend } from './channels.js';

/** Starts a send by `start`; where somebody listens, publishes how it ended. */
export function followSend(
  endpoint: DiagnosedEndpoint,
  bytes: number,
  start: () => Promise<void>,
): Promise<void> {
  if (!isSendWatched()) return start();
  const tell = teller(endpoint, bytes);
  // The promise that is handed on is the one behind this, so that a failure which nobody handles is still noticed.
  return start().then(
    () => tell({}),
    (error: unknown) => {
      tell({ error });
      throw error;
    },
  );
}

/** As {@link followSend}, for a send that blocks. */
export function followSendSync(endpoint: DiagnosedEndpoint, bytes: number, act: () => void): void {
  if (!isSendWatched()) {
    act();
    return;
  }
  const tell = teller(endpoint, bytes);
  try {
    act();
  } catch (error) {
    tell({ error });
    throw error;
  }
  tell({});
}

function teller(endpoint: DiagnosedEndpoint, bytes: number): (end: { error?: unknown }) => void {
  const startMs = performance.now();
  return (end) => publishSend({ endpoint, bytes, tookMs: performance.now() - startMs, ...end });
}
