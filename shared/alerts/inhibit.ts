import type { Alert } from '../model/alert.ts';

/** A wider alert and what it explains about the same entity: that is kept and linked, but not told. */
interface Wider {
  readonly rule: string;
  readonly explains: (rule: string) => boolean;
  /** Already while it waits for its window, and what was over before it was; what was told by then keeps its end. */
  readonly throughout?: true;
}

const isIke = (rule: string): boolean => rule === 'ike.negotiation-failing';

const WIDER: readonly Wider[] = [
  // A server that is offline has no other news, its silent log source included.
  { rule: 'server.offline', explains: () => true },
  // A queue that is stuck is in use.
  { rule: 'tmg.log-queue-stuck', explains: (rule) => rule === 'tmg.log-queue-in-use' },
  { rule: 'tunnel.down', explains: (rule) => rule === 'tunnel.degraded' },
  // Five minutes pass until a lost tunnel is down, and the key exchange fails within seconds: one page for both.
  { rule: 'tunnel.down', explains: isIke, throughout: true },
  { rule: 'tunnel.network-fault', explains: isIke, throughout: true },
  { rule: 'tunnel.failover', explains: isIke, throughout: true },
];

/** Marks the alerts that a wider one of the same entity explains. An alert already history stays so. */
export function inhibit(alerts: readonly Alert[]): Alert[] {
  const wider = WIDER.flatMap((row) =>
    alerts.filter(({ rule, endedBy }) => rule === row.rule && endedBy !== 'disproved').map((alert) => ({ alert, row })),
  );
  return alerts.map((alert) => {
    const by = wider.some((one) => one.alert.id !== alert.id && isExplained(alert, one.alert, one.row));
    const suppressedBy = alert.suppressedBy === 'historical' ? 'historical' : by ? 'inhibited' : null;
    return suppressedBy === alert.suppressedBy ? alert : { ...alert, suppressedBy };
  });
}

function isExplained(alert: Alert, by: Alert, { explains, throughout }: Wider): boolean {
  if (!explains(alert.rule)) return false;
  if (by.state === 'firing') return true;
  if (!throughout) return false;
  return by.state === 'pending' || (alert.told === null && alert.state === 'resolved' && isWithin(alert, by));
}

const isWithin = (alert: Alert, by: Alert): boolean =>
  by.startsAt <= alert.startsAt &&
  (alert.endsAt ?? Number.POSITIVE_INFINITY) <= (by.endsAt ?? Number.NEGATIVE_INFINITY);
