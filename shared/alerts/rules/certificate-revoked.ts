import { certificateLabels, isAnother, type Seen, seenIn, slotTitle } from './certificate-labels.ts';
import { defineRule } from './rule.ts';

interface State {
  seen: Seen | null;
}

/**
 * The certificate was revoked. It keeps firing until another certificate is seen in its slot, or the same one is said to be
 * not revoked (a hold was lifted); a check that fails ends nothing.
 */
export const certificateRevoked = defineRule<State>({
  id: 'certificate.revoked',
  title: 'Certificate is revoked',
  runbook: 'certificaterevoked',
  entityKind: 'certificate',
  start: () => ({ seen: null }),
  on(event, state, { entity, site, findings, at }) {
    if (event.type !== 'fact') return;
    const { fact } = event;
    const open = findings.current();
    const seen = seenIn(fact, state.seen);
    if (seen) {
      if (open && state.seen && isAnother(seen, state.seen)) findings.close(open, 'fact', at, [seen.evidence]);
      state.seen = seen;
    }
    if (fact.kind !== 'certificate.revocation') return;
    const { status } = fact.attributes;
    if (open && status === 'not-revoked') findings.close(open, 'fact', at, [fact.evidence]);
    if (open || status !== 'revoked') return;
    const labels = certificateLabels(entity, site);
    findings.open({
      severity: 'critical',
      labels,
      startsAt: at,
      summary: `The ${slotTitle(entity)} of ${labels.server} is revoked.`,
      cause: 'Its issuer revoked it: the key may be lost, or it was replaced and forgotten here.',
      remedy:
        'Plan the replacement: have a new certificate issued with a new key, then `mst-cli import_cert` and `mst-cli server restart`.',
      ...(state.seen?.thumbprint ? { more: { thumbprint: state.seen.thumbprint } } : {}),
      evidence: [fact.evidence],
    });
  },
});
