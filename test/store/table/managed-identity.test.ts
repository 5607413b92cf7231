import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connectionOf } from '../../../shared/store/table/connection.ts';
import { managedIdentity } from '../../../shared/store/table/managed-identity.ts';

const scope = 'https://storage.azure.com/.default';
const running: (() => void)[] = [];
afterEach(() => running.splice(0).forEach((stop) => void stop()));

/** The platform's token endpoint, answering as told. */
async function endpoint(status: number, body: string) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push(() => server.close());
  running.push(() => server.closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return { asked, IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`, IDENTITY_HEADER: 'synthetic-header' };
}

describe('the managed identity', () => {
  it('asks the platform as it wants to be asked, and gives its token', async () => {
    const platform = await endpoint(200, JSON.stringify({ access_token: 'synthetic', expires_on: '1795338209' }));
    const credential = managedIdentity({ ...platform, AZURE_CLIENT_ID: 'client-1' });
    expect(await credential.getToken(scope)).toEqual({ token: 'synthetic', expiresOnTimestamp: 1_795_338_209_000 });
    const [request] = platform.asked;
    expect(request?.headers['x-identity-header']).toBe('synthetic-header');
    expect(Object.fromEntries(new URL(request?.url ?? '', 'http://x').searchParams)).toEqual({
      'api-version': '2019-08-01',
      resource: 'https://storage.azure.com',
      client_id: 'client-1',
    });
  });

  it.each<[number, string, string]>([
    [500, '{}', 'StoreUnavailable'],
    [429, '{}', 'StoreUnavailable'],
    [400, '{"message":"no identity"}', 'StoreRefused'],
    [302, '', 'StoreUnavailable'],
    [200, '{"access_token":""}', 'StoreRefused'],
    [200, 'not JSON', 'StoreRefused'],
  ])('%i %s is %s', async (status, body, name) => {
    const credential = managedIdentity(await endpoint(status, body));
    await expect(credential.getToken(scope)).rejects.toMatchObject({ name });
  });

  it('is refused in words where there is none', async () => {
    await expect(managedIdentity({}).getToken(scope)).rejects.toMatchObject({
      name: 'StoreRefused',
      status: 403,
      message: expect.stringContaining('IDENTITY_ENDPOINT'),
    });
  });

  it('serves a setting that names an account, and only that', async () => {
    expect(await connectionOf({ connectionString: 'x' })).toEqual({ connectionString: 'x' });
    const connection = await connectionOf({ accountName: 'contoso' }, {});
    expect(connection).toMatchObject({ accountName: 'contoso', credential: { getToken: expect.any(Function) } });
  });
});
