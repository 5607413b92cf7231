/** Folders that are named for what lies in them, for the day, or by the system, not for a machine. */
const GENERAL =
  /^(?:\.{0,2}|[a-z]:|\d+|[ymdh]=\d+|var|opt|pan|tmp|home|root|logs?|logfiles|(?:mp|dp)\d?-?log|archives?|uploads?|techsupport|bundles?|output)$/i;

/**
 * The machine that a path names: its nearest folder whose name is not a general one. For records that name no machine.
 *
 * Example: `hostInPath('fw-1/var/log/pan/user-id.log')` is `fw-1`; `hostInPath('user-id.log')` is undefined.
 */
export function hostInPath(path: string): string | undefined {
  return path
    .split(/[/\\]/)
    .slice(0, -1)
    .findLast((folder) => !GENERAL.test(folder));
}
