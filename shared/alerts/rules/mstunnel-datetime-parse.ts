import { defineRule } from './rule.ts';
import { serverLabels } from './server-labels.ts';

/** A harmless format difference of old Podman images. Lines closer together than the quiet window are one event. */
export const mstunnelDatetimeParse = defineRule({
  id: 'mstunnel.datetime-parse',
  title: 'Agent cannot read version-info.json',
  runbook: 'mstunneldatetime-parse',
  entityKind: 'tunnel-server',
  factKinds: ['mstunnel.datetime-parse'],
  start: () => null,
  on(event, _state, { entity, site, settings, findings, at }) {
    if (event.type !== 'fact' || event.fact.kind !== 'mstunnel.datetime-parse') return;
    const last = findings.lastEvent();
    if (last?.endsAt != null && at - last.endsAt <= settings.quietMs) {
      last.endsAt = at;
      return;
    }
    findings.happened(
      {
        severity: 'informational',
        labels: serverLabels(entity, site),
        startsAt: at,
        summary: `mstunnel-agent on ${entity.key} could not read a date of version-info.json.`,
        cause: 'Podman and the agent write dates differently; connections are not affected.',
        remedy: 'Update the agent container: releases after October 2022 have it fixed.',
        evidence: [event.fact.evidence],
      },
      at,
    );
  },
});
