import { useridTrouble } from './userid-trouble.ts';

/** WinRM of a monitored server does not take the connection: response code 0 with a reason, or 401. */
export const useridConnectionRefused = useridTrouble({
  id: 'userid.connection-refused',
  title: 'User-ID connection refused',
  condition: 'connection-refused',
});
