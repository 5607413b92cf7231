import { isoOf } from '../../model/time.ts';
import {
  certificateLabels,
  criticalFrom,
  expiringFrom,
  isAnother,
  renewsItself,
  type Seen,
  seenIn,
  slotTitle,
} from './certificate-labels.ts';
import { defineRule, type RuleContext } from './rule.ts';

interface State {
  seen: Seen | null;
  /** Its end was reached: certificate.expired has taken over. */
  over: boolean;
}

/** Not much is left of a certificate's lifetime: at most 30 days, or a third of it where that is less. */
export const certificateExpiring = defineRule<State>({
  id: 'certificate.expiring',
  title: 'Certificate expires soon',
  runbook: 'certificateexpiring',
  entityKind: 'certificate',
  start: () => ({ seen: null, over: false }),
  on(event, state, context) {
    const { findings, settings, at } = context;
    const open = findings.current();
    if (event.type === 'fact') {
      const seen = seenIn(event.fact, state.seen);
      if (!seen) return;
      if (open && state.seen && isAnother(seen, state.seen)) findings.close(open, 'fact', at, [seen.evidence]);
      if (state.seen && isAnother(seen, state.seen)) state.over = false;
      state.seen = seen;
    }
    if (!state.seen || (event.type !== 'clock' && event.type !== 'fact')) return;
    const { seen } = state;
    const current = findings.current();
    if (at > seen.notAfter) {
      state.over = true;
      if (current) findings.close(current, 'superseded', seen.notAfter);
    } else if (at >= expiringFrom(seen, settings.expiringMs)) {
      if (!current) begin(seen, context);
      else if (at >= criticalFrom(seen, settings.expiringMs)) current.severity = 'critical';
    }
  },
  dueAt({ seen, over }, { findings, settings }) {
    if (!seen || over) return undefined;
    const open = findings.current();
    if (open) {
      const critical = criticalFrom(seen, settings.expiringMs);
      return open.severity === 'critical' ? seen.notAfter + 1 : Math.max(critical, seen.seenAt + 1);
    }
    return expiringFrom(seen, settings.expiringMs);
  },
});

function begin(seen: Seen, { entity, site, settings, findings, at }: RuleContext): void {
  const title = slotTitle(entity);
  findings.open({
    severity: at >= criticalFrom(seen, settings.expiringMs) ? 'critical' : 'warning',
    labels: certificateLabels(entity, site),
    startsAt: Math.max(expiringFrom(seen, settings.expiringMs), seen.replacedAt ?? Number.NEGATIVE_INFINITY),
    foundAt: at,
    summary: `The ${title} of ${certificateLabels(entity, site).server} expires at ${isoOf(seen.notAfter)}.`,
    cause: renewsItself(entity)
      ? 'This certificate renews itself: a warning means that its renewal failed.'
      : 'It was not renewed in time.',
    remedy: renewsItself(entity)
      ? 'Check that the server reaches Intune and that its agent runs; reinstall Microsoft Tunnel when the renewal stays away.'
      : 'Install a renewed certificate on the server and run `mst-cli import_cert`, then `mst-cli server restart`.',
    more: {
      notAfter: isoOf(seen.notAfter),
      ...(seen.thumbprint ? { thumbprint: seen.thumbprint } : {}),
    },
    evidence: [seen.evidence],
  });
}
