/** The queues that wake somebody. */
export const WAKEUP_QUEUES = {
  cursor: 'tunnelwatch-cursors',
  evaluate: 'tunnelwatch-evaluate',
  deliver: 'tunnelwatch-deliver',
  settings: 'tunnelwatch-settings',
} as const;
export type WakeupKind = keyof typeof WAKEUP_QUEUES;
