import type { Millis } from '../../model/time.ts';
import { certificateLabels, slotTitle } from './certificate-labels.ts';
import { defineRule } from './rule.ts';

interface State {
  /** Since when no check succeeded. */
  failingFrom: Millis | null;
}

/**
 * Whether the certificate is revoked could not be checked for more than an hour: a check of then and one of now failed, and none
 * between succeeded. A certificate that names no address to ask is not one that fails.
 */
export const certificateUnverifiable = defineRule<State>({
  id: 'certificate.unverifiable',
  title: 'Certificate revocation cannot be checked',
  runbook: 'certificateunverifiable',
  entityKind: 'certificate',
  start: () => ({ failingFrom: null }),
  on(event, state, { entity, site, settings, findings, at }) {
    if (event.type !== 'fact' || event.fact.kind !== 'certificate.revocation') return;
    const { fact } = event;
    const open = findings.current();
    if (fact.attributes['status'] !== 'could-not-be-checked') {
      state.failingFrom = null;
      if (open) findings.close(open, 'fact', at, [fact.evidence]);
      return;
    }
    state.failingFrom ??= at;
    if (open || at - state.failingFrom <= settings.unverifiableMs) return;
    const labels = certificateLabels(entity, site);
    findings.open({
      severity: 'warning',
      labels,
      startsAt: state.failingFrom,
      foundAt: at,
      summary: `Whether the ${slotTitle(entity)} of ${labels.server} is revoked could not be checked for more than ${Math.round(settings.unverifiableMs / 60_000)} min.`,
      cause: 'The server does not reach the OCSP or CRL addresses that the certificate names.',
      remedy: 'Make the OCSP and CRL addresses of the certificate reachable from the server: proxy, firewall, DNS.',
      evidence: [fact.evidence],
    });
  },
});
