/**
 * Every path below `/api/`, one line each; what its methods do is its line in `routes.ts`. Apart from there because the platform
 * is told of the paths at every start, while handlers and schemas are loaded for the first request only.
 */
export const PATHS = [
  'live',
  'version',
  'openapi.json',
  'health',
  'status',
  'thresholds',
  'thresholds/preview',
  'thresholds/history',
  'thresholds/{metric}',
  'sites',
  'sites/{site}/thresholds',
  'sites/{site}/thresholds/{metric}',
  'servers',
  'servers/{id}',
  'servers/{id}/thresholds',
  'servers/{id}/thresholds/{metric}',
  'certificates',
  'gateways',
  'gateways/{id}',
  'gateways/{id}/tunnels',
  'alerts',
  'alerts/{id}',
  'log-sets',
  'log-sets/{id}',
  'dead-letters',
  'dead-letters/{id}',
  'dead-letters/{id}/replay',
  'sources',
  'sources/{id}',
  'receivers',
  'receivers/{id}',
  'receivers/{id}/test',
] as const;
export type Path = (typeof PATHS)[number];

/** Those that answer without a key. */
export const OPEN_PATHS: ReadonlySet<Path> = new Set(['live']);
