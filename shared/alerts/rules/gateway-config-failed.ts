import { factMillis } from '../../model/fact.ts';
import { defineRule } from './rule.ts';
import { gatewayName } from './tunnel-labels.ts';

const OPERATION = /^(set|validate|migrate|move)|^gatewayresourcemove$/i;
const SUCCESS = /^(success|succeeded|successful|completed|ok)\b/i;
/** In-between states of a long operation say nothing about its outcome. */
const UNDECIDED = /^(started|start|accepted|inprogress|in progress|running|pending)\b/i;
/** As a word of its own: `conn-fail` and `to-error-site` are names. */
const FAILURE = /(?<!\w|(?<!\bpartial(?:ly)?)-)(fail(?:ed|ure|s)?|error|unsuccessful|denied|rejected)(?!\w)/i;

/** `failed: 0`, `Failed: []` and `no errors` are good news. */
const NO_FAILURE =
  /\b(?:0|no) (?:failed|failures?|errors?)\b|\b(?:failed|failures?|errors?)"?\s*[:=]\s*(?:(?:0|none|null|n\/a)\b|\[\s*\]|\{\s*\}|\(\s*\)|-?\s*\.?\s*$|-(?=\s*[.,;]))/gi;

/** A configuration operation that did not succeed. The message lists what did and what did not. */
export const gatewayConfigFailed = defineRule({
  id: 'gateway.config-failed',
  title: 'Gateway configuration operation failed',
  runbook: 'gatewayconfig-failed',
  entityKind: 'gateway',
  start: () => null,
  on(event, _state, { entity, findings }) {
    if (event.type !== 'fact' || event.fact.kind !== 'gateway.operation') return;
    const { operation, status, message } = event.fact.attributes;
    if (!OPERATION.test(String(operation)) || succeeded(status, message)) return;
    const at = factMillis(event.fact);
    findings.happened(
      {
        severity: 'warning',
        labels: { gateway: entity.key },
        startsAt: at,
        summary: `${String(operation)} on ${gatewayName(entity)} did not succeed${status ? `: ${String(status)}` : ''}.`,
        cause: message ? String(message).slice(0, 500) : 'The record carries no message.',
        remedy:
          'Read the message: it lists what succeeded and what failed. Correct the connection or gateway settings and apply them again.',
        more: { operation: String(operation), ...(status ? { operationStatus: String(status) } : {}) },
        evidence: [event.fact.evidence],
      },
      at,
    );
  },
});

/** A stated status decides; without one, only a message that names a failure does: silence is not a failure. */
function succeeded(status: unknown, message: unknown): boolean {
  const text = typeof message === 'string' ? message.replace(NO_FAILURE, '') : '';
  if (typeof status === 'string' && status !== '') {
    if (UNDECIDED.test(status)) return true;
    return SUCCESS.test(status) && !FAILURE.test(text);
  }
  return !FAILURE.test(text);
}
