/**
 * What a daemon writes in place of equal messages: `last message repeated 5 times` (syslogd), `message repeated 5 times: [ … ]`
 * (rsyslog), the first between dashes (macOS).
 */
const REPEATED = /^(?:--- )?(?:last )?message repeated (\d{1,9}) times?(?:$|\.$|: ?\[| ---$)/i;
const NONE: Readonly<Record<string, number>> = {};

/** `repeats`: how often the message before it, or the one in brackets, came again; nothing for other messages. */
export function repeatsIn(body: string): Readonly<Record<string, number>> {
  // Nearly no message begins so and repeats anything: one look is enough for the rest.
  const initial = body.charCodeAt(0) | 0x20;
  const times = initial === 0x6c || initial === 0x6d || initial === 0x2d ? REPEATED.exec(body)?.[1] : undefined;
  return times === undefined ? NONE : { repeats: Number(times) };
}
