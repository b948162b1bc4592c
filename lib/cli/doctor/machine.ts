import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { layoutFor } from '../../../layout/index.js';
import {
  IPC_PRIVATE,
  platformReason,
  Segment,
  SyscallError,
  UnsupportedError,
} from '../../../syscalls/index.js';
import type { ShmStat } from '../looking/objects.js';
import { formatBytes, formatCount } from '../printing/format.js';
import { readText } from '../system.js';
import { type CheckResult, note, ok, problem } from './check.js';

/** Pages are counted in these many bytes on x86-64. */
const PAGE_SIZE = 4096;
/** Share of a limit above which it is worth a note. */
const NEARLY_FULL = 0.9;
/** Users below this are system users, whose segments systemd leaves alone. */
const FIRST_ORDINARY_UID = 1000;

/** Whether anything can work at all. */
export function checkPlatform(): CheckResult {
  const reason = platformReason();
  return reason === undefined
    ? ok('platform', `${process.platform} on ${process.arch}, Node ${process.versions.node}`)
    : problem('platform', reason, 'run eshm on Linux on x86-64');
}

/** Whether this process can make the four system calls at all, whatever the kernel says to them. */
export function canCall(): boolean {
  try {
    Segment.read(NO_SEGMENT);
  } catch (error) {
    return !(error instanceof UnsupportedError);
  }
  return true;
}

/** An id that no segment has. */
const NO_SEGMENT = 2 ** 31 - 1;

/** The four system calls, by a private segment, which nobody else can find: creates, writes, reads and removes it. */
export function checkCalls(): CheckResult {
  const check = 'system calls';
  let segment: Segment | undefined;
  try {
    segment = Segment.create(IPC_PRIVATE, PAGE_SIZE, 0o600);
    segment.bytes.writeUInt32LE(0x4553484d, 8);
    const right = new DataView(Segment.read(segment.id).buffer).getUint32(8, true) === 0x4553484d;
    return right
      ? ok(check, 'ffi-rs maps shared memory')
      : problem(check, 'what was written is not what is read', 'reinstall: rm -r node_modules && npm ci');
  } catch (error) {
    return problem(check, error instanceof Error ? error.message : String(error), adviceOnCalls(error));
  } finally {
    segment?.remove();
    segment?.detach();
  }
}

function adviceOnCalls(error: unknown): string {
  if (error instanceof UnsupportedError) {
    return "mend that for peers in System V segments; files in /dev/shm (shm: 'posix') need none of it";
  }
  if (error instanceof SyscallError && error.code === 'ENOSPC') {
    return 'a limit is reached: shmmni or shmall below says which, and what to do';
  }
  return 'in a container, allow the shm* system calls';
}

/** shmmax, shmall and shmmni against what is in use. */
export function checkLimits(segments: readonly ShmStat[]): CheckResult[] {
  const limit = (name: string) => {
    const text = readText(`/proc/sys/kernel/${name}`);
    return text === undefined ? undefined : Number(text);
  };
  const pages = segments.reduce((sum, { size }) => sum + Math.ceil(size / PAGE_SIZE), 0);
  const needed = layoutFor().segmentSize;
  const shmmax = limit('shmmax');
  return [
    shmmax !== undefined && shmmax < needed
      ? problem(
          'shmmax',
          `a segment may have ${formatBytes(shmmax)}, ESHM needs ${needed}`,
          'sysctl -w kernel.shmmax=18446744073692774399',
        )
      : ok(
          'shmmax',
          shmmax === undefined ? 'unknown' : `${shmmax >= 2 ** 53 ? 'no limit' : formatBytes(shmmax)}`,
        ),
    usage('shmall', pages, limit('shmall'), 'pages', Math.ceil(needed / PAGE_SIZE)),
    usage('shmmni', segments.length, limit('shmmni'), 'segments', 1),
  ];
}

function usage(
  name: string,
  used: number,
  limit: number | undefined,
  unit: string,
  needed: number,
): CheckResult {
  if (limit === undefined) return ok(name, `${formatCount(used)} ${unit} in use`);
  const found = `${formatCount(used)} of ${limit >= 2 ** 53 ? 'unlimited' : formatCount(limit)} ${unit} in use`;
  const enough = used + needed > limit ? used + needed : 2 * limit;
  const advice = `remove unused segments (eshm rm --stale), or raise it: sysctl -w kernel.${name}=${enough}`;
  if (used + needed > limit) return problem(name, found, advice);
  return used > limit * NEARLY_FULL ? note(name, found, advice) : ok(name, found);
}

/** Whether this process is in the IPC namespace of the machine. */
export function checkNamespace(): CheckResult {
  const check = 'IPC namespace';
  const own = link('/proc/self/ns/ipc');
  const first = link('/proc/1/ns/ipc');
  if (own === undefined) return note(check, 'unknown: /proc is not mounted', 'mount /proc');
  if (first === undefined) return ok(check, `${own} (that of process 1 may not be read)`);
  if (own === first) return ok(check, `${own}, that of process 1`);
  return note(
    check,
    `${own}, while process 1 has ${first}`,
    'only peers in the same namespace are seen: docker run --ipc',
  );
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** systemd-logind's RemoveIPC takes an ordinary user's segments away at logout. */
export function checkRemoveIpc(root = ''): CheckResult {
  const check = 'RemoveIPC';
  if (!existsSync(`${root}/run/systemd/system`)) return ok(check, 'systemd does not run here');
  const uid = process.geteuid?.() ?? 0;
  const value = removeIpcSetting(root);
  if (/^(no|false|0|off)$/i.test(value ?? '')) return ok(check, `RemoveIPC=${value}`);
  const found = value === undefined ? 'RemoveIPC is not set, systemd takes yes' : `RemoveIPC=${value}`;
  if (uid < FIRST_ORDINARY_UID) return ok(check, `${found}; it spares system users such as uid ${uid}`);
  return note(
    check,
    `${found}: the segments of uid ${uid} go when its last session ends`,
    'set RemoveIPC=no in /etc/systemd/logind.conf, or loginctl enable-linger, or run the peers as a system user',
  );
}

/** The last RemoveIPC= of logind's configuration. */
function removeIpcSetting(root: string): string | undefined {
  const files = [`${root}/usr/lib/systemd/logind.conf`, `${root}/etc/systemd/logind.conf`];
  for (const folder of ['/usr/lib', '/run', '/etc']) {
    const dropIns = `${root}${folder}/systemd/logind.conf.d`;
    try {
      files.push(
        ...readdirSync(dropIns)
          .filter((name) => name.endsWith('.conf'))
          .sort()
          .map((name) => `${dropIns}/${name}`),
      );
    } catch {
      // No drop-ins there.
    }
  }
  let value: string | undefined;
  for (const file of files) {
    for (const [, found] of (readText(file) ?? '').matchAll(/^\s*RemoveIPC\s*=\s*(\S+)/gm)) value = found;
  }
  return value;
}
