import { useridTrouble } from './userid-trouble.ts';

/** The firewall does not reach a monitored server. */
export const useridConnectionTimeout = useridTrouble({
  id: 'userid.connection-timeout',
  title: 'User-ID connection timeout',
  condition: 'connection-timeout',
});
