import type { Alert } from '../model/alert.ts';
import type { Notification } from '../model/notification.ts';
import type { Position } from '../model/record.ts';
import type { Severity } from '../model/severity.ts';
import { isoOf, type Millis } from '../model/time.ts';

/** The languages a receiver may ask for. */
export const LANGUAGES = ['en', 'fr', 'ko', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The words around an alert's own prose, which stays as the rule wrote it. */
interface Words {
  readonly severity: Readonly<Record<Severity, string>>;
  readonly firing: string;
  /** Told again because it lasts. */
  readonly stillFiring: string;
  readonly resolved: string;
  readonly event: string;
  readonly disproved: string;
  readonly test: string;
  readonly start: string;
  readonly end: string;
  readonly on: string;
  readonly cause: string;
  readonly evidence: string;
  readonly remedy: string;
  /** Between a word and what it introduces: French sets a no-break space before a colon, Japanese uses the wide one. */
  readonly colon: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    severity: { informational: 'Informational', warning: 'Warning', critical: 'Critical' },
    firing: 'Firing',
    stillFiring: 'Still firing',
    resolved: 'Resolved',
    event: 'Event',
    disproved: 'Disproved',
    test: 'Test',
    start: 'Start',
    end: 'End',
    on: 'Affected',
    cause: 'Cause',
    evidence: 'Evidence',
    remedy: 'Remedy',
    colon: ': ',
  },
  fr: {
    severity: { informational: 'Information', warning: 'Avertissement', critical: 'Critique' },
    firing: 'Déclenchée',
    stillFiring: 'Toujours en cours',
    resolved: 'Résolue',
    event: 'Événement',
    disproved: 'Infirmée',
    test: 'Test',
    start: 'Début',
    end: 'Fin',
    on: 'Élément concerné',
    cause: 'Cause',
    evidence: 'Éléments à l’appui',
    remedy: 'Solution',
    colon: '\u00a0: ',
  },
  ko: {
    severity: { informational: '정보', warning: '경고', critical: '위험' },
    firing: '발생 중',
    stillFiring: '계속 발생 중',
    resolved: '해결됨',
    event: '이벤트',
    disproved: '오경보로 판명',
    test: '테스트',
    start: '시작',
    end: '종료',
    on: '대상',
    cause: '원인',
    evidence: '근거',
    remedy: '해결 방법',
    colon: ': ',
  },
  ja: {
    severity: { informational: '情報', warning: '警告', critical: '重大' },
    firing: '発生中',
    stillFiring: '継続中',
    resolved: '解決済み',
    event: 'イベント',
    disproved: '誤報と判明',
    test: 'テスト',
    start: '開始',
    end: '終了',
    on: '対象',
    cause: '原因',
    evidence: '根拠',
    remedy: '対処方法',
    colon: '：',
  },
};

/** One line, and the whole message: what, since when, on what, cause, what to do, evidence. Plain text, no control characters. */
export interface Message {
  readonly title: string;
  readonly text: string;
}

/** Positions named in the text; the structured part of a channel may carry more. */
const EVIDENCE_IN_TEXT = 3;

/** Writes a notification for people. Every channel uses this, so that all of them say the same. */
export function messageOf(notification: Notification, language: Language): Message {
  const words = WORDS[language];
  const { alert } = notification;
  const { summary, cause, remedy } = alert.annotations;
  const head = `[${words.severity[alert.severity]}] ${statusOf(notification, words)}`;
  const title = plain(`${head}${words.colon}${summary ?? alert.rule}`);
  const lines: readonly (readonly [string, string | undefined])[] = [
    [words.start, timeOf(alert.startsAt)],
    [words.end, alert.nature === 'event' || alert.endsAt === null ? undefined : timeOf(alert.endsAt)],
    [words.on, affected(alert)],
    [words.cause, cause],
    [words.remedy, remedy],
    [words.evidence, alert.evidence.slice(0, EVIDENCE_IN_TEXT).map(place).join('; ')],
  ];
  const told = lines.flatMap(([word, said]) => (said ? [`${word}${words.colon}${plain(said)}`] : []));
  return { title, text: [title, ...told].join('\n') };
}

function statusOf({ alert, reason }: Notification, words: Words): string {
  if (reason === 'test') return words.test;
  if (alert.endedBy === 'disproved') return words.disproved;
  if (alert.nature === 'event') return words.event;
  if (alert.state === 'resolved') return words.resolved;
  return reason === 'repeat-due' ? words.stillFiring : words.firing;
}

const affected = (alert: Alert): string =>
  Object.entries(alert.labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

/** A position as people read it. Never the line itself: evidence in a message must not carry user names or secrets. */
const place = ({ source, line, byte }: Position): string => `${source}, line ${line}, byte ${byte}`;

const timeOf = (at: Millis): string => `${isoOf(at).slice(0, 19).replace('T', ' ')} UTC`;

/** One line of it: line breaks, terminal escapes and direction overrides from a log must not shape the message. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
