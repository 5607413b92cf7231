import { type Codes, indexOfCode, internedPiece, piece } from '../codes.ts';
import { NO_ORIGIN, type Origin, type OriginSpan } from './origin.ts';

const SPACE = 0x20;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Of a tag, with the host before it. */
export const originOf = (hostname: string | undefined, { name, procId }: Tag): Origin => ({
  hostname,
  appName: name,
  procId,
  msgId: undefined,
});

/** An origin, and the priority that is stated within. */
export interface Said extends OriginSpan {
  readonly priority?: number | undefined;
}

/**
 * `host tag[pid]: message`, `tag: message`, `host message`, or CSV that begins at once (`1,2026/…`: no host). A level may stand before or
 * behind the host, a relay's host before the sender's.
 */
export function readOrigin(text: Codes, at: number): Said {
  const level = readLevel(text, at, LEVEL);
  return level === undefined ? readWords(text, at) : { ...readWords(text, level.end), at, priority: level.priority };
}

function readWords(text: Codes, at: number): Said {
  const alone = findTag(text, at);
  if (alone !== undefined) return { at, origin: originOf(undefined, alone), end: alone.bodyAt };
  const hostEnd = indexOfCode(text, SPACE, at);
  if (hostEnd === at || isBlankCode(text.codes[at]) || hasComma(text, at, hostEnd) || isNotice(text, at))
    return { at, origin: NO_ORIGIN, end: at };
  const forwarded = forwardedFrom(text, at);
  const tagAt = forwarded?.end ?? skipSpaces(text, hostEnd);
  const hostname = forwarded?.host ?? internedPiece(text, at, hostEnd);
  const tag = findTag(text, tagAt);
  if (tag !== undefined) return { at, origin: originOf(hostname, tag), end: tag.bodyAt };
  return readFurther(text, at, hostname, tagAt) ?? { at, origin: { ...NO_ORIGIN, hostname }, end: tagAt };
}

/** One word between host and tag: a level, or the sender's own name behind that of a relay. */
function readFurther(text: Codes, at: number, hostname: string, wordAt: number): Said | undefined {
  const level = readLevel(text, wordAt, ANY_LEVEL);
  const wordEnd = indexOfCode(text, SPACE, wordAt);
  const tag = findTag(text, level?.end ?? skipSpaces(text, wordEnd));
  if (tag === undefined || (level?.priority === undefined && tag.procId === undefined)) return undefined;
  const word = piece(text, wordAt, Math.min(wordEnd, wordAt + MAX_HOST));
  if (level === undefined && !HOST.test(word)) return undefined;
  const sender = level === undefined && /[a-z]/i.test(word) ? internedPiece(text, wordAt, wordEnd) : hostname;
  return { at, origin: originOf(sender, tag), end: tag.bodyAt, priority: level?.priority };
}

const MAX_HOST = 255;
const HOST = /^[\w.:-]{1,254}$/;

/** By their numbers (RFC 5424, 6.2.1). */
const FACILITIES = (
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock ' +
  'local0 local1 local2 local3 local4 local5 local6 local7'
).split(' ');
const SEVERITIES = 'emerg alert crit err warning notice info debug'.split(' ');
const OTHER_SEVERITIES = new Map([
  ['warn', 'warning'],
  ['error', 'err'],
  ['panic', 'emerg'],
]);
const SEVERITY = [...SEVERITIES, ...OTHER_SEVERITIES.keys()].join('|');
/** `daemon.info` (BusyBox, OpenWrt), `<daemon.info>` and `<3.6>` (FreeBSD). */
const PRIORITY = new RegExp(`^(?:<?(${FACILITIES.join('|')})\\.(${SEVERITY})>?|<(\\d{1,2})\\.([0-7])>) +`, 'i');
/** Words that no machine is called by: `INFO`, `[warn]`, `E!`, and what container runtimes put before each line. */
const LEVEL = new RegExp(
  `^(?:TRACE|FATAL|${SEVERITY.toUpperCase()}|\\[(?:trace|fatal|${SEVERITY})\\]|[A-Z]!|std(?:out|err) [FP]) +`,
);
/** Behind a host a level may be in small letters too. */
const ANY_LEVEL = new RegExp(LEVEL.source, 'i');
const MAX_LEVEL = 24;

/** The level that words state, with its priority if a facility is named too; `end` is behind the spaces. */
function readLevel(text: Codes, at: number, words: RegExp): { priority: number | undefined; end: number } | undefined {
  const rest = piece(text, at, Math.min(at + MAX_LEVEL, text.end));
  const stated = PRIORITY.exec(rest);
  if (stated === null) {
    const word = words.exec(rest);
    return word === null ? undefined : { priority: undefined, end: at + word[0].length };
  }
  const [said, facility, severity, facilityCode = '', severityCode = ''] = stated;
  return { priority: priorityNamed(facility ?? facilityCode, severity ?? severityCode), end: at + said.length };
}

/** Facility * 8 + severity, each by its name or number; undefined when either is none. */
export function priorityNamed(facility: string, severity: string): number | undefined {
  const name = severity.toLowerCase();
  const major = numberOf(facility.toLowerCase(), FACILITIES);
  const minor = numberOf(OTHER_SEVERITIES.get(name) ?? name, SEVERITIES);
  return major === undefined || minor === undefined ? undefined : major * 8 + minor;
}

function numberOf(name: string, names: readonly string[]): number | undefined {
  const number = /^\d{1,2}$/.test(name) ? Number(name) : names.indexOf(name);
  return number >= 0 && number < names.length ? number : undefined;
}

const NOTICE = /^(?:-{2,3} )?(?:last message repeated \d|message repeated \d|MARK --)/;
/** What syslogd itself says, without a host. */
const isNotice = (text: Codes, at: number): boolean => NOTICE.test(piece(text, at, Math.min(at + 32, text.end)));

const FORWARDED = /^(?:Message )?forwarded from ([^\s:]{1,255}): /i;

/** `Forwarded from host: tag: message`, as the syslogd of the BSDs and AIX pass on. */
function forwardedFrom(text: Codes, at: number): { readonly host: string; readonly end: number } | undefined {
  const match = FORWARDED.exec(piece(text, at, Math.min(at + 2 * MAX_HOST, text.end)));
  return match?.[1] === undefined ? undefined : { host: match[1], end: skipSpaces(text, at + match[0].length) };
}

function hasComma({ codes }: Codes, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (codes[i] === COMMA) return true;
  return false;
}

/** The program that wrote a message. */
export interface Tag {
  readonly name: string;
  readonly procId: string | undefined;
  readonly bodyAt: number;
}

const MAX_TAG = 64;
const MAX_PID = 32;

/** `tag[pid]:`, `tag:` and, as a translated page prints it, `tag[pid] :`. The colon may be missing behind a pid. */
export function findTag(text: Codes, at: number): Tag | undefined {
  const { codes, end } = text;
  let nameEnd = at;
  while (nameEnd < end && nameEnd - at < MAX_TAG && isTagCharacter(codes[nameEnd] ?? 0)) nameEnd++;
  const code = nameEnd < end ? codes[nameEnd] : undefined;
  if (nameEnd === at || (code !== OPEN_BRACKET && code !== COLON && code !== SPACE)) return undefined;
  let after = nameEnd;
  if (code === OPEN_BRACKET) {
    const close = indexOfCode(text, CLOSE_BRACKET, nameEnd);
    if (close === end || close - nameEnd > MAX_PID) return undefined;
    after = close + 1;
  }
  const hasProcess = after > nameEnd;
  const colon = skipSpaces(text, after);
  const hasColon = colon < end && codes[colon] === COLON;
  const spaced = colon + 1 >= end || codes[colon + 1] === SPACE;
  if (hasProcess ? !hasColon && colon === after : !hasColon || !spaced) return undefined;
  return {
    name: programIn(internedPiece(text, at, nameEnd)),
    procId: hasProcess ? internedPiece(text, nameEnd + 1, after - 1) : undefined,
    bodyAt: skipSpaces(text, hasColon ? colon + 1 : colon),
  };
}

/** `ocserv` of `/usr/sbin/ocserv`, of `ocserv.service` and of `podman.service/ocserv` (journalctl `-o with-unit`). */
function programIn(tag: string): string {
  const isPath = tag.charCodeAt(0) === SLASH || /\.(?:service|scope|slice)\//.test(tag);
  const name = isPath ? tag.slice(tag.lastIndexOf('/') + 1) : tag;
  return name.endsWith(UNIT) && name !== UNIT ? name.slice(0, -UNIT.length) : name || tag;
}

const SLASH = 0x2f;
const UNIT = '.service';

/** The index of what is no space. */
export function skipSpaces({ codes, end }: Codes, at: number): number {
  let i = at;
  while (i < end && codes[i] === SPACE) i++;
  return i;
}

/** What is no name of anything: control characters and the blanks of other scripts. */
export const isBlankCode = (code = 0): boolean =>
  code <= SPACE || (code >= 0xa0 && /\s/.test(String.fromCharCode(code)));

/** Letters, digits and `_ - . / @ ( ) % + #`, and any letter beyond ASCII. */
const isTagCharacter = (code: number): boolean => (code < 0x80 ? TAG_CHARACTERS[code] === 1 : code > 0xa0);

const TAG_CHARACTERS = Uint8Array.from({ length: 0x80 }, (_, code) =>
  /[\w./@()%+#-]/.test(String.fromCharCode(code)) ? 1 : 0,
);
