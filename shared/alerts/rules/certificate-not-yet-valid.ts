import { isoOf } from '../../model/time.ts';
import { certificateLabels, isAnother, type Seen, seenIn, slotTitle } from './certificate-labels.ts';
import { defineRule } from './rule.ts';

interface State {
  seen: Seen | null;
}

/** The certificate's validity has not begun. It ends when it begins, or when another certificate is seen in the slot. */
export const certificateNotYetValid = defineRule<State>({
  id: 'certificate.not-yet-valid',
  title: 'Certificate is not yet valid',
  runbook: 'certificatenot-yet-valid',
  entityKind: 'certificate',
  start: () => ({ seen: null }),
  on(event, state, { entity, site, findings, at }) {
    const open = findings.current();
    const begins = state.seen?.notBefore ?? null;
    if (open && begins !== null && at >= begins) findings.close(open, 'clock', begins);
    if (event.type !== 'fact') return;
    const seen = seenIn(event.fact, state.seen);
    if (!seen) return;
    const still = findings.current();
    if (still && state.seen && isAnother(seen, state.seen)) findings.close(still, 'fact', at, [seen.evidence]);
    state.seen = seen;
    if (findings.current() || seen.notBefore === null || at >= seen.notBefore) return;
    const labels = certificateLabels(entity, site);
    findings.open({
      severity: 'critical',
      labels,
      startsAt: at,
      summary: `The ${slotTitle(entity)} of ${labels.server} is valid only from ${isoOf(seen.notBefore)}.`,
      cause: 'It was installed before its validity began, or the clock of the server is wrong.',
      remedy:
        'Check the clock of the server; else install the certificate that is valid now: `mst-cli import_cert`, then `mst-cli server restart`.',
      more: { notBefore: isoOf(seen.notBefore), ...(seen.thumbprint ? { thumbprint: seen.thumbprint } : {}) },
      evidence: [seen.evidence],
    });
  },
  dueAt({ seen }, { findings }) {
    return findings.current() ? (seen?.notBefore ?? undefined) : undefined;
  },
});
