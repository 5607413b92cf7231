import { expect, it } from 'vitest';
import { MINUTE, type Millis } from '../../shared/model/time.ts';
import { SOURCES } from '../../shared/pipeline/sources.ts';
import { analyzed, finalAlerts, World } from './world.ts';

const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);
const LINE =
  'Error: pan_user_id_krb5_init_ticket(pan_user_id_win.c:2062): failed to get krb5 tgt ticket with error -1765328228.\n';
const shown = (status: string): string =>
  `> show user server-monitor state all\nProxy: dc-1(vsys: vsys1)  Host: dc-1(203.0.113.48)\n  status : ${status}\n`;
const PASSIVE = 'Group 1:\n  Mode: Active-Passive\n  Local Information:\n    State: passive (last 1 days)\n';

it('a line without a name is about the firewall of its folder, until a status shows the server', async () => {
  const world = new World(T0);
  await world.upload('fw-1/user-id.log', LINE);
  await world.pump();
  expect((await world.alerts()).map(({ rule, labels, state }) => [rule, labels, state])).toEqual([
    ['userid.kerberos-error', { firewall: 'fw-1' }, 'firing'],
  ]);

  world.now = T0 + MINUTE;
  await world.upload('fw-1/state.txt', shown('Kerberos error'));
  await world.pump();
  const labels = { firewall: 'fw-1', vsys: 'vsys1', monitoredServer: 'dc-1' };
  const alerts = await world.alerts();
  expect(alerts.map((alert) => [alert.labels, alert.state]).sort()).toEqual(
    [
      [{ firewall: 'fw-1' }, 'resolved'],
      [labels, 'firing'],
    ].sort(),
  );
  expect(alerts.find(({ state }) => state === 'firing')?.annotations['codes']).toContain('KRB5_KDC_UNREACH');

  world.now = T0 + 2 * MINUTE;
  await world.upload('fw-1/later.txt', shown('Connected'));
  await world.pump();
  expect((await world.alerts()).every(({ state }) => state === 'resolved')).toBe(true);
});

it('what is known of the pair later reaches the servers that are known', async () => {
  const world = new World(T0);
  await world.upload('fw-1/state.txt', shown('Not connected'));
  await world.pump();
  expect((await world.alerts()).map(({ state }) => state)).toEqual(['firing']);
  world.now = T0 + MINUTE;
  await world.upload('fw-1/ha.txt', PASSIVE);
  await world.pump();
  expect((await world.alerts()).map(({ endedBy }) => endedBy)).toEqual(['disproved']);
  const { items } = await world.store.entities.list('monitored-server');
  expect(items[0]?.about).toMatchObject({ state: 'healthy', detail: 'passive' });
});

it('a setting names the firewall of a source before its folder does', async () => {
  const world = new World(T0);
  await world.store.documents.put(SOURCES, 'uploads/fw-1', { host: 'contoso-fw' });
  await world.upload('fw-1/user-id.log', LINE);
  await world.pump();
  expect((await world.alerts()).map(({ labels }) => labels)).toEqual([{ firewall: 'contoso-fw' }]);
});

it('files give the same alerts as uploads', async () => {
  const files = { 'fw-1/user-id.log': LINE, 'fw-1/state.txt': shown('Access denied'), 'fw-2/ha.txt': PASSIVE };
  const world = new World(T0);
  for (const [name, text] of Object.entries(files)) await world.upload(name, text);
  await world.pump();
  expect(finalAlerts(await world.alerts())).toEqual(await analyzed(files, T0));
});
