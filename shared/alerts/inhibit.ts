import type { Alert } from '../model/alert.ts';

/** A wider alert and what it explains about the same entity: that is kept and linked, but not told. */
interface Wider {
  readonly rule: string;
  readonly explains: (rule: string) => boolean;
  /** Already while it waits for its window. */
  readonly whilePending?: boolean;
}

const WIDER: readonly Wider[] = [
  // A server that is offline has no other news, its silent log source included.
  { rule: 'server.offline', explains: () => true },
  // A queue that is stuck is in use.
  { rule: 'tmg.log-queue-stuck', explains: (rule) => rule === 'tmg.log-queue-in-use' },
  { rule: 'tunnel.down', explains: (rule) => rule === 'tunnel.degraded' },
  // Five minutes pass until a lost tunnel is down, and the key exchange fails within seconds: one page for both.
  { rule: 'tunnel.down', explains: (rule) => rule === 'ike.negotiation-failing', whilePending: true },
];

/** Marks the alerts that a wider firing one of the same entity explains. An alert already history stays so. */
export function inhibit(alerts: readonly Alert[]): Alert[] {
  const wider = WIDER.flatMap(({ rule, explains, whilePending }) =>
    alerts
      .filter(
        (alert) => alert.rule === rule && (alert.state === 'firing' || (whilePending && alert.state === 'pending')),
      )
      .map((alert) => ({ alert, explains })),
  );
  return alerts.map((alert) => {
    const by = wider.find((one) => one.alert.id !== alert.id && one.explains(alert.rule));
    const suppressedBy = alert.suppressedBy === 'historical' ? 'historical' : by ? 'inhibited' : null;
    return suppressedBy === alert.suppressedBy ? alert : { ...alert, suppressedBy };
  });
}
