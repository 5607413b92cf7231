import { BlobServiceClient, ContainerSASPermissions } from '@azure/storage-blob';
import type { Endpoints } from './endpoints.ts';

const sasDays = 30;

/** What a person needs to try the running stack: addresses, the key, and `curl` lines that work when pasted. */
export async function welcomeText(endpoints: Endpoints, dataDir: string): Promise<string> {
  const { http, functionKey, storage, eventHub } = endpoints;
  const container = BlobServiceClient.fromConnectionString(storage.connectionString).getContainerClient(
    storage.uploads,
  );
  const sasUrl = new URL(
    await container.generateSasUrl({
      permissions: ContainerSASPermissions.parse('cw'),
      expiresOn: new Date(Date.now() + sasDays * 24 * 3_600_000),
    }),
  );
  const uploadUrl = (name: string) => `${sasUrl.origin}${sasUrl.pathname}/${name}${sasUrl.search}`;
  const key = `-H 'x-functions-key: ${functionKey}'`;
  const put = `curl -X PUT -H 'x-ms-blob-type: BlockBlob'`;
  // The shell fills in the time, so that the line is right whenever it is pasted, and no upload replaces the one before.
  const checkIn = `'{"time":"'$(date -u +%FT%TZ)'","hostname":"tunnel-try","site":"try","cpuUsage":97,"diskSpaceFree":1}'`;
  const hubCheckIn = `'{"time":"'$(date -u +%FT%TZ)'","hostname":"tunnel-try-hub","site":"try","cpuUsage":12}'`;
  return `
tunnelwatch runs.

  API            ${http}/api
  function key   ${functionKey}
  storage        ${storage.connectionString}
  upload to      container "${storage.uploads}" (any log file), or "${storage.logs}" (PT1H.json)
  event hub      ${eventHub.connectionString}
  send to        hub "${eventHub.name}"
  data           ${dataDir}

A server's check-in with a full disk (the second one in a row is an alert), what it does, and the thresholds behind it:

${put} --data-binary ${checkIn} '${uploadUrl("try-'$(date +%s)'.json")}'
curl ${key} '${http}/api/servers'
curl ${key} '${http}/api/alerts'
curl ${key} '${http}/api/thresholds'

A check-in through the event hub, as a shipper would send it; then your own log, through the hub or as an upload (this link is
good for ${sasDays} days):

echo ${hubCheckIn} | npm run send -- -
npm run send -- your.log
${put} --data-binary @your.log '${uploadUrl('your.log')}'

Ctrl-C stops it; the data stays.
`;
}
