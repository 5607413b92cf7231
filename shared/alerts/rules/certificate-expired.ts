import { isoOf } from '../../model/time.ts';
import { certificateLabels, isAnother, type Seen, seenIn, slotTitle } from './certificate-labels.ts';
import { defineRule } from './rule.ts';

interface State {
  seen: Seen | null;
}

/** The certificate's end has passed. It keeps firing until another certificate is seen in its slot. */
export const certificateExpired = defineRule<State>({
  id: 'certificate.expired',
  title: 'Certificate has expired',
  runbook: 'certificateexpired',
  entityKind: 'certificate',
  start: () => ({ seen: null }),
  on(event, state, { entity, site, findings, at }) {
    const open = findings.current();
    if (event.type === 'fact') {
      const seen = seenIn(event.fact, state.seen);
      if (!seen) return;
      if (open && state.seen && isAnother(seen, state.seen)) findings.close(open, 'fact', at, [seen.evidence]);
      state.seen = seen;
    }
    if (!state.seen || findings.current() || at <= state.seen.notAfter) return;
    if (event.type !== 'clock' && event.type !== 'fact') return;
    findings.open({
      severity: 'critical',
      labels: certificateLabels(entity, site),
      startsAt: Math.max(state.seen.notAfter, state.seen.replacedAt ?? Number.NEGATIVE_INFINITY),
      foundAt: at,
      summary: `The ${slotTitle(entity)} of ${certificateLabels(entity, site).server} expired at ${isoOf(state.seen.notAfter)}.`,
      cause: 'Its end of validity has passed and no other certificate was seen in its place.',
      remedy:
        'Replace it now: clients and the service refuse an expired certificate. For TLS: `mst-cli import_cert`, then `mst-cli server restart`; for the agent: reinstall Microsoft Tunnel.',
      more: {
        notAfter: isoOf(state.seen.notAfter),
        ...(state.seen.thumbprint ? { thumbprint: state.seen.thumbprint } : {}),
      },
      evidence: [state.seen.evidence],
    });
  },
  dueAt({ seen }, { findings }) {
    if (!seen || findings.current() || seen.notAfter < seen.seenAt) return undefined;
    return seen.notAfter + 1;
  },
});
