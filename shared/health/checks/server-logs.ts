import { MINUTE } from '../../model/time.ts';
import { ageCheck } from '../kinds/age.ts';

export const serverLogs = ageCheck({
  id: 'serverLogs',
  title: 'Server logs',
  attribute: 'logsUploadedAt',
  against: 'now',
  maxMs: 60 * MINUTE,
  event: 'logs uploaded',
  ownRule: true,
  remedies: {
    unhealthy: 'The server has stopped uploading its logs. Look at its outgoing network and at the log shipper.',
  },
});
