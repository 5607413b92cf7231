import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../shared/model/alert.ts';
import { LABELS } from '../../../shared/model/finding.ts';
import type { Notification } from '../../../shared/model/notification.ts';
import { native } from '../../../shared/notify/channels/native.ts';
import { LANGUAGES } from '../../../shared/notify/message.ts';
import { alertOf, NOW, notificationFor, receiverOf } from '../sample.ts';

const LINKS = { alert: 'https://tunnelwatch.contoso.example/alerts/5f0c1f7b' };
const rendered = (alert: Alert, changes: Partial<Notification> = {}, receiver = {}) => {
  const { body } = native.render(notificationFor(alert, changes), receiverOf(receiver), LINKS);
  return { bytes: Buffer.byteLength(body), payload: JSON.parse(body) };
};
const position = (line: number) => ({ source: `servers/vpn01/${'x'.repeat(80)}.log`, line, byte: line * 100 });

describe('native', () => {
  it('says what, since when, on what, cause, remedy and evidence, for programs and for people', () => {
    expect(rendered(alertOf()).payload).toEqual({
      type: 'alert.firing',
      timestamp: '2026-11-22T09:00:00.000Z',
      data: {
        id: '5f0c1f7b',
        notificationId: '5f0c1f7b-first-1',
        reason: 'first',
        rule: 'tunnel.down',
        severity: 'critical',
        state: 'firing',
        nature: 'condition',
        entity: alertOf().entity,
        startsAt: '2026-11-22T07:00:00.000Z',
        endsAt: null,
        endedBy: null,
        labels: { gateway: 'gw1', remoteIp: '203.0.113.7' },
        annotations: alertOf().annotations,
        evidence: alertOf().evidence,
        title: '[Critical] Firing: Tunnel 203.0.113.7: down',
        text: [
          '[Critical] Firing: Tunnel 203.0.113.7: down',
          'Start: 2026-11-22 07:00:00 UTC',
          'Affected: gateway=gw1, remoteIp=203.0.113.7',
          'Cause: Pre-shared key mismatch',
          'Remedy: Set the same key on both sides.',
          'Evidence: insights-logs-tunneldiagnosticlog/PT1H.json, line 12, byte 3400',
        ].join('\n'),
        url: LINKS.alert,
        runbook: null,
        truncated: false,
      },
    });
  });

  const over = { state: 'resolved', endsAt: NOW - 60_000, endedBy: 'fact' } as const;
  it.each([
    ['resolved', alertOf(over), 'alert.resolved', '[Critical] Resolved: '],
    ['disproved', alertOf({ ...over, endedBy: 'disproved' }), 'alert.resolved', '[Critical] Disproved: '],
    ['event', alertOf({ ...over, nature: 'event', endedBy: 'event' }), 'alert.resolved', '[Critical] Event: '],
    ['without a summary', alertOf({ annotations: {} }), 'alert.firing', '[Critical] Firing: tunnel.down'],
  ])('%s', (_name, alert, type, title) => {
    const { payload } = rendered(alert);
    expect(payload.type).toBe(type);
    expect(payload.data.title).toContain(title);
  });

  it('says that a test is a test', () => {
    expect(rendered(alertOf(), { reason: 'test' }).payload.data.title).toMatch(/^\[Critical\] Test: /);
  });

  it.each([
    ['en', '[Critical] Still firing: '],
    ['fr', '[Critique] Toujours en cours\u00a0: '],
    ['ko', '[위험] 계속 발생 중: '],
    ['ja', '[重大] 継続中：'],
  ])('says that a repeat is one: %s', (language, title) => {
    expect(rendered(alertOf(), { reason: 'repeat-due' }, { language }).payload.data.title).toContain(title);
  });

  it('shows an end only of what lasts', () => {
    expect(rendered(alertOf(over)).payload.data.text).toContain('End: 2026-11-22 08:59:00 UTC');
    expect(rendered(alertOf({ ...over, nature: 'event' })).payload.data.text).not.toContain('End:');
  });

  it.each([
    ['en', '[Critical] Firing: '],
    ['fr', '[Critique] Déclenchée\u00a0: '],
    ['ko', '[위험] 발생 중: '],
    ['ja', '[重大] 発生中：'],
  ])('speaks %s', (language, title) => {
    expect(rendered(alertOf(), {}, { language }).payload.data.title).toContain(title);
  });

  it('neutralises line breaks, escapes and direction overrides in the text for people', () => {
    const summary = 'down\r\nRemedy: rm -rf\u001b[31m\u202eevil';
    expect(rendered(alertOf({ annotations: { summary } })).payload.data.title).toBe(
      '[Critical] Firing: down Remedy: rm -rf [31m evil',
    );
  });

  it('keeps what fits whole, and drops evidence before anything else', () => {
    const many = alertOf({ evidence: Array.from({ length: 500 }, (_, line) => position(line)) });
    const { bytes, payload } = rendered(many);
    expect(bytes).toBeLessThanOrEqual(20 * 1024);
    expect(payload.data).toMatchObject({ truncated: true, annotations: many.annotations, labels: many.labels });
    expect(payload.data.evidence).toEqual(many.evidence.slice(0, 10));
  });

  it('cuts long text when that is not enough, and keeps what a program needs', () => {
    const remedy = 'Restart the containers. '.repeat(2_000);
    const { bytes, payload } = rendered(alertOf({ annotations: { summary: 'Down', remedy, log: remedy } }));
    expect(bytes).toBeLessThanOrEqual(20 * 1024);
    expect(payload.data).toMatchObject({ truncated: true, evidence: [], rule: 'tunnel.down', id: '5f0c1f7b' });
    expect(payload.data.annotations).toEqual({ summary: 'Down', remedy: `${remedy.slice(0, 800)}…` });
  });

  it('fits when every text is long and none of it is ASCII', () => {
    const long = '界'.repeat(30_000);
    const labels = Object.fromEntries(LABELS.map((name) => [name, long]));
    const annotations = { summary: long, cause: long, remedy: long };
    const { bytes, payload } = rendered(alertOf({ labels, annotations, entity: { kind: 'tunnel', key: long } }));
    expect(bytes).toBeLessThanOrEqual(20 * 1024);
    expect(Object.keys(payload.data.labels)).toEqual([...LABELS]);
  });

  it('never exceeds 20 KB, whatever the alert holds', () => {
    const letter = fc.constantFrom('a', '\u0000', '"', '\ud800', '界', '\u202e', '🔥');
    const text = fc.tuple(letter, fc.nat(30_000)).map(([unit, times]) => unit.repeat(times));
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('summary', 'cause', 'remedy', 'log'), text),
        fc.dictionary(fc.constantFrom(...LABELS), text),
        fc.constantFrom(...LANGUAGES),
        text,
        (annotations, labels, language, key) => {
          const alert = alertOf({ annotations, labels, entity: { kind: 'tunnel', key } });
          expect(rendered(alert, {}, { language }).bytes).toBeLessThanOrEqual(20 * 1024);
        },
      ),
      { numRuns: 60 },
    );
  });
});
