import { SyscallError } from './errors.js';
import { formatKey } from './format-key.js';
import { listSegments, type SegmentStat } from './stat.js';

/** An EACCES or EPERM with the segment's mode and owner in its message; anything else as it is. */
export function withOwner(error: unknown, id: number): unknown {
  if (!(error instanceof SyscallError) || (error.code !== 'EACCES' && error.code !== 'EPERM')) return error;
  // IPC_STAT needs read permission, the table in /proc does not.
  const found = listSegments().find((segment) => segment.id === id);
  if (found === undefined) return error;
  return new SyscallError(
    error.syscall,
    error.errno,
    `use segment ${id} (key ${formatKey(found.key)})`,
    error.code === 'EPERM' ? adviceToRemove(found) : adviceToUse(found),
  );
}

function adviceToUse({ id, mode, uid }: SegmentStat): string {
  return `segment ${id} has mode ${mode.toString(8).padStart(4, '0')} and belongs to uid ${uid}, this process runs as uid ${process.geteuid?.()}: run as uid ${uid}, or have the master create it with a wider mode (0o660 admits its group, 0o666 everybody)`;
}

/** The kernel lets only these remove a segment. */
function adviceToRemove({ id, uid, creatorUid }: SegmentStat): string {
  const creator = uid === creatorUid ? '' : ` and was created by uid ${creatorUid}`;
  return `segment ${id} belongs to uid ${uid}${creator}, this process runs as uid ${process.geteuid?.()}, and whatever its mode only they and root may remove it: run as uid ${uid}, or have it removed by that user (ipcrm -m ${id})`;
}
