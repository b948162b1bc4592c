import { permissionFlag } from './permission-flag.js';

/**
 * Why ffi-rs cannot be had, and what to do about it, for the end of a message that begins with what failed. Told by the
 * code of `cause`, whatever was thrown while ffi-rs was loaded; what is none of the known cases says what it says itself.
 */
export function reasonOf(cause: unknown): string {
  const { code, text } = partsOf(cause);
  if (isDenoRefusal(cause)) {
    return `Deno forbids it (${text}), expected leave to load ffi-rs; run deno with --allow-ffi --allow-read --allow-env --allow-sys`;
  }
  switch (code) {
    case 'ERR_DLOPEN_DISABLED':
      return `native addons are forbidden in this process (${code}), expected leave to load ffi-rs; give node --allow-addons beside ${permissionFlag()}, and do not give it --no-addons`;
    case 'ERR_ACCESS_DENIED':
      return deniedReason(cause, text);
    case 'MODULE_NOT_FOUND':
    case 'ERR_MODULE_NOT_FOUND':
      return missingReason(cause, text);
    case 'ERR_DLOPEN_FAILED':
      return `the system cannot load ffi-rs's binary (${code}: ${text}); ${adviceOnBinary(text)}`;
    case 'ERR_INVALID_ARG_VALUE':
      return `the code does not know where it lies (import.meta.url is empty), as in a bundle made as CommonJS, so ffi-rs cannot be found; keep eshm external to the bundle, or make it an ES module`;
    default:
      return `ffi-rs cannot be loaded (${text})`;
  }
}

/** The code and the first line of the message: behind it Node lists who required whom. */
function partsOf(cause: unknown): { code: unknown; text: string } {
  const message = cause instanceof Error ? cause.message : String(cause);
  return { code: propertyOf(cause, 'code'), text: message.split('\n', 1)[0]! };
}

function propertyOf(cause: unknown, name: string): unknown {
  return typeof cause === 'object' && cause !== null ? (cause as Record<string, unknown>)[name] : undefined;
}

/** Deno's refusals have no code: `NotCapable` since version 2, `PermissionDenied` before. */
function isDenoRefusal(cause: unknown): boolean {
  return cause instanceof Error && (cause.name === 'NotCapable' || cause.name === 'PermissionDenied');
}

/** Node's permission model. */
function deniedReason(cause: unknown, text: string): string {
  const [permission, resource] = [propertyOf(cause, 'permission'), propertyOf(cause, 'resource')];
  if (permission !== 'FileSystemRead' || typeof resource !== 'string') {
    return `node's permission model forbids it (ERR_ACCESS_DENIED: ${permission ?? text}), expected leave to load ffi-rs; give node that permission too`;
  }
  const [folder] = /^.*\/node_modules\//.exec(resource) ?? [resource];
  return `node's permission model does not let it read '${resource}' (ERR_ACCESS_DENIED), expected leave to load ffi-rs; give node --allow-fs-read=${folder} beside ${permissionFlag()}`;
}

/** `Cannot find module 'ffi-rs'`, or the package with its binary for this system. */
function missingReason(cause: unknown, text: string): string {
  const [binary, libc] = /@yuuang\/ffi-rs-linux-x64-(gnu|musl)/.exec(text) ?? [];
  if (binary !== undefined) {
    const [here, other] = libc === 'gnu' ? ['glibc', 'musl'] : ['musl', 'glibc'];
    return `ffi-rs has no binary here (MODULE_NOT_FOUND: ${binary} is not installed, or not whole): optional dependencies were left out, or node_modules comes from a system with ${other} while this one has ${here}; install again on this system, with npm install --include=optional`;
  }
  if (!/['"]ffi-rs['"]/.test(text)) {
    return `a part of ffi-rs is missing (MODULE_NOT_FOUND: ${text}); install eshm again`;
  }
  const stack = propertyOf(cause, 'requireStack');
  const from = Array.isArray(stack) && stack.length > 0 ? ` from '${stack[0]}'` : '';
  return `ffi-rs is not found${from} (MODULE_NOT_FOUND), expected in a node_modules folder there or above; if this is a bundle or a copy that was moved, install eshm (or ffi-rs) beside it, or keep eshm external to the bundle`;
}

function adviceOnBinary(text: string): string {
  if (/GLIBC(XX)?_[\d.]+/.test(text)) {
    return "this system's C library is older than the binary: run on a newer system or base image";
  }
  return 'install eshm again on this system, and see that node may read the file and execute from its file system (no noexec)';
}
