import type { BlockShape } from './block.ts';

const PROMPT = /^\s*(?:[\w.-]{1,64}@[\w.-]{1,64}(?:\([\w-]{1,32}\))?\s*)?[>#]/;
const COMMAND = /^\s*(?:\S{1,140}[>#]\s*|>\s*)?show (?:user server-monitor|high-availability) /;
const HEADING =
  /^\s*(?:(?:UDP|SSL) Syslog Listener Service is |(?:Directory|Syslog) Servers ?:|Proxy: ?\S.{0,130}?\(vsys:|Group \d+: *(?:$|Mode:))/;

/**
 * What `show user server-monitor` and `show high-availability` print. It goes on with indented lines, `name : value`, rules, and
 * rows of the table of servers, and what its pager says between pages, up to the next prompt.
 */
export const panosCliBlock = {
  name: 'panos-cli',
  initials: 'abcdefghijklmnopqrstuvwxyz>UDSPG',
  begins: (line) => line.length < MAX_FIRST_LINE && (COMMAND.test(line) || HEADING.test(line)),
  continues: (line) => line.length < MAX_FIRST_LINE && !PROMPT.test(line) && !COMMAND.test(line) && isOutput(line),
} satisfies BlockShape;

/** A whole output may have lost its line breaks. */
const MAX_FIRST_LINE = 64 * 1024;

const OUTPUT =
  /^(?:\s|[-=]{3,}|lines \d+-\d+|--more--|(?:UDP|SSL) Syslog|(?:Directory|Syslog) Servers|Proxy:|Name\s+|[A-Z][\w ./()-]{0,60}:(?:\s|$)|[a-z][\w ./()-]{0,60}\s*:(?:\s|$)|Total:? )/;
const ROW =
  /\svsys\d+\s|\s(?:Connected|Not connected|Access denied|Connection timeout|Connection refused ?(?:\(\d*\))?|Kerberos error|N\/A|Disabled)\s*$/i;
/** Such lines begin something else, however much they look like `name: value`. */
const OTHER = /^(?:Error|Warning|Info|Debug):|\bpan_\w+\(/;

const isOutput = (line: string): boolean => line === '' || ((OUTPUT.test(line) || ROW.test(line)) && !OTHER.test(line));
