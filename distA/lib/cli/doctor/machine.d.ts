import { type SegmentStat } from '../../../syscalls/index.js';
import { type CheckResult } from './check.js';
/** Platform and ffi-rs: whether anything can work at all. */
export declare function checkPlatform(): CheckResult[];
/** shmmax, shmall and shmmni against what is in use. */
export declare function checkLimits(segments: readonly SegmentStat[]): CheckResult[];
/** Whether this process is in the IPC namespace of the machine. */
export declare function checkNamespace(): CheckResult;
/** systemd-logind's RemoveIPC takes an ordinary user's segments away at logout. */
export declare function checkRemoveIpc(root?: string): CheckResult;
