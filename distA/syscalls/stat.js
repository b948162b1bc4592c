import { readFileSync } from 'node:fs';
import { SHMID_DS_SIZE, shmctl } from './calls.js';
import { IPC_STAT, SHM_DEST } from './constants.js';
/**
 * `shmctl(IPC_STAT)`.
 *
 * @throws {SyscallError} EACCES without read permission, EINVAL or EIDRM for a segment that is gone
 */
export function statSegment(id) {
    const bytes = Buffer.alloc(SHMID_DS_SIZE);
    shmctl(id, IPC_STAT, bytes);
    // struct shmid_ds of x86-64: struct ipc_perm (48 bytes), shm_segsz, three times, two pids, shm_nattch.
    const mode = bytes.readUInt32LE(20);
    return {
        key: bytes.readInt32LE(0),
        id,
        size: Number(bytes.readBigUInt64LE(48)),
        mode: mode & 0o777,
        removed: (mode & SHM_DEST) !== 0,
        uid: bytes.readUInt32LE(4),
        gid: bytes.readUInt32LE(8),
        creatorUid: bytes.readUInt32LE(12),
        creatorPid: bytes.readInt32LE(80),
        lastPid: bytes.readInt32LE(84),
        attachments: Number(bytes.readBigUInt64LE(88)),
        changedAtS: Number(bytes.readBigInt64LE(72)),
    };
}
/**
 * All segments of this IPC namespace, also those this process may not attach, from `/proc/sysvipc/shm`.
 *
 * @throws the file system's error where `/proc` is not mounted
 */
export function listSegments() {
    return parseSegmentTable(readFileSync('/proc/sysvipc/shm', 'utf8'));
}
/** Reads the text of `/proc/sysvipc/shm`; columns are found by their titles, lines that do not fit are left out. */
export function parseSegmentTable(text) {
    const [titles = '', ...rows] = text.split('\n');
    const columns = titles.trim().split(/\s+/);
    const segments = [];
    for (const row of rows) {
        const cells = row.trim().split(/\s+/);
        if (cells.length < columns.length)
            continue;
        const cell = (title) => cells[columns.indexOf(title)] ?? '';
        const number = (title) => Number(cell(title));
        const mode = Number.parseInt(cell('perms'), 8);
        const found = {
            key: number('key') | 0,
            id: number('shmid'),
            size: number('size'),
            mode: mode & 0o777,
            removed: (mode & SHM_DEST) !== 0,
            uid: number('uid'),
            gid: number('gid'),
            creatorUid: number('cuid'),
            creatorPid: number('cpid'),
            lastPid: number('lpid'),
            attachments: number('nattch'),
            changedAtS: number('ctime'),
        };
        if (!Object.values(found).some(Number.isNaN) && !Number.isNaN(mode))
            segments.push(found);
    }
    return segments;
}
//# sourceMappingURL=stat.js.map