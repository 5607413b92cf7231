import { Command, InvalidArgumentError } from 'commander';
import { startBroker } from './broker.ts';
import type { HubOptions } from './hub.ts';

/**
 * `node infra/local/broker/main.ts --port 5673 --data DIR --hub tunnels:4:$Default,tunnelwatch`: one broker process. It prints
 * `listening <port>` when it serves. The key may come by TUNNELWATCH_BROKER_KEY; otherwise it is the data folder's.
 */
const options = new Command('broker')
  .option('--port <number>', 'port on loopback, 0 for a free one', port, 5673)
  .option('--data <dir>', 'folder that keeps the events; in memory without it')
  .requiredOption('--hub <name:partitions:groups>', 'an event hub; may be repeated', addHub)
  .parse()
  .opts<{ port: number; data?: string; hub: HubOptions[] }>();

const key = process.env['TUNNELWATCH_BROKER_KEY'];
try {
  const broker = await startBroker({
    port: options.port,
    hubs: options.hub,
    ...(options.data === undefined ? {} : { dataDir: options.data }),
    ...(key ? { key } : {}),
  });
  const stop = () => void broker.stop().then(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  process.stdout.write(`listening ${broker.port}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

function addHub(text: string, earlier: readonly HubOptions[] = []): HubOptions[] {
  const [name, partitions, groups = ''] = text.split(':');
  if (!name || !partitions) throw new InvalidArgumentError('expected name:partitions or name:partitions:group,group');
  const consumerGroups = groups.split(',').filter((group) => group !== '');
  return [...earlier, { name, partitions: Number(partitions), consumerGroups }];
}

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) throw new InvalidArgumentError('expected 0 to 65535');
  return number;
}
