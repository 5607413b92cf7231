import { useridTrouble } from './userid-trouble.ts';

/** The firewall does not read a monitored server, without being the passive peer, of which that is normal. */
export const useridNotConnected = useridTrouble({
  id: 'userid.not-connected',
  title: 'User-ID not connected',
  condition: 'not-connected',
  normalWhenPassive: true,
});
