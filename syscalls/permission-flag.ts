/** What turns the permission model on in this Node: `--experimental-permission` before 22.13, which knows no other. */
export function permissionFlag(): '--permission' | '--experimental-permission' {
  return process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
}
