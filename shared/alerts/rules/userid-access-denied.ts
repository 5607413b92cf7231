import { useridTrouble } from './userid-trouble.ts';

/** A monitored server refuses the service account. */
export const useridAccessDenied = useridTrouble({
  id: 'userid.access-denied',
  title: 'User-ID access denied',
  condition: 'access-denied',
});
