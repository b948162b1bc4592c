import type { Command } from 'commander';

/** Adds one subcommand to the program. */
export type AddCommand = (program: Command) => void;

/** The subcommands in the order of `--help`, each loaded only when it is wanted: most bring ffi-rs with them. */
export const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  ls: async () => (await import('./commands/ls.js')).ls,
  stat: async () => (await import('./commands/stat.js')).stat,
  top: async () => (await import('./commands/top.js')).top,
  send: async () => (await import('./commands/send.js')).send,
  recv: async () => (await import('./commands/recv.js')).recv,
  hz: async () => (await import('./commands/hz.js')).hz,
  call: async () => (await import('./commands/call.js')).call,
  record: async () => (await import('./commands/record.js')).record,
  replay: async () => (await import('./commands/replay.js')).replay,
  rm: async () => (await import('./commands/rm.js')).rm,
  key: async () => (await import('./commands/key.js')).key,
  view: async () => (await import('./commands/view.js')).view,
  metrics: async () => (await import('./commands/metrics.js')).metrics,
  header: async () => (await import('./commands/header.js')).header,
  doctor: async () => (await import('./commands/doctor.js')).doctor,
  bridge: async () => (await import('./commands/bridge.js')).bridge,
  demo: async () => (await import('./commands/demo.js')).demo,
  bench: async () => (await import('./commands/bench.js')).bench,
  completion: async () => (await import('./commands/completion.js')).completion,
};
