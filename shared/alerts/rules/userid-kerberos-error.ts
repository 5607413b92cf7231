import { useridTrouble } from './userid-trouble.ts';

/** The firewall gets no Kerberos ticket to read a monitored server; the code says why. */
export const useridKerberosError = useridTrouble({
  id: 'userid.kerberos-error',
  title: 'User-ID Kerberos error',
  condition: 'kerberos-error',
});
