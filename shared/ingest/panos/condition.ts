/** How a monitored server's connection stands, in the words of the product; `code` is that of `Connection refused(0)`. */
export interface ShownCondition {
  readonly condition: string;
  readonly code: string | null;
  readonly status: string;
}

const CONDITIONS: readonly (readonly [RegExp, string])[] = [
  [/^not connected\b/i, 'not-connected'],
  [/^connected\b/i, 'connected'],
  [/^connection timeout\b/i, 'connection-timeout'],
  [/^kerberos error\b/i, 'kerberos-error'],
  [/^connection refused\b/i, 'connection-refused'],
  [/^access denied\b/i, 'access-denied'],
];

/** The condition that a status as printed names; undefined for `N/A` and words that we do not know. */
export function conditionIn(status: string): ShownCondition | undefined {
  const text = status.trim();
  const condition = CONDITIONS.find(([pattern]) => pattern.test(text))?.[1];
  if (condition === undefined) return undefined;
  return { condition, code: /^[^(]{0,30}\((\d{1,3})\)/.exec(text)?.[1] ?? null, status: text };
}
