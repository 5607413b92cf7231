import type { Alert } from '../model/alert.ts';

/** Wider alerts and what they explain about the same entity: kept and linked, but not told. */
const WIDER: readonly { readonly rule: string; readonly explains: (rule: string) => boolean }[] = [
  // A server that is offline has no other news, its silent log source included.
  { rule: 'server.offline', explains: () => true },
  // A queue that is stuck is in use.
  { rule: 'tmg.log-queue-stuck', explains: (rule) => rule === 'tmg.log-queue-in-use' },
  { rule: 'tunnel.down', explains: (rule) => rule === 'ike.negotiation-failing' || rule === 'tunnel.degraded' },
];

/** Marks the alerts that a wider firing one of the same entity explains. An alert already history stays so. */
export function inhibit(alerts: readonly Alert[]): Alert[] {
  const wider = WIDER.flatMap(({ rule, explains }) =>
    alerts.filter((alert) => alert.rule === rule && alert.state === 'firing').map((alert) => ({ alert, explains })),
  );
  return alerts.map((alert) => {
    const by = wider.find((one) => one.alert.id !== alert.id && one.explains(alert.rule));
    const suppressedBy = alert.suppressedBy === 'historical' ? 'historical' : by ? 'inhibited' : null;
    return suppressedBy === alert.suppressedBy ? alert : { ...alert, suppressedBy };
  });
}
