import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { findInputs } from '../../../shared/analyze/inputs.ts';
import { Progress } from '../../../shared/analyze/progress.ts';
import { openMembers, type SourceInput } from '../../../shared/ingest/index.ts';
import { readEndpoints } from '../endpoints.ts';
import { eventBodies } from './event-bodies.ts';
import { type HubAddress, HubSender } from './hub-sender.ts';

const endpointsPath = fileURLToPath(new URL('../../../.local/endpoints.json', import.meta.url));

interface Options {
  readonly connection?: string;
  readonly hub?: string;
  readonly data?: string;
  readonly gzip: boolean;
}

const command = new Command('npm run send --')
  .description('Sends log files to an event hub, as a shipper would: lines packed into events, JSON documents whole.')
  .argument('<files...>', 'files, folders, - for standard input; .gz, .zip and .tar.gz are unpacked')
  .option('--connection <string>', 'connection string of an event hub; of the running "npm start" without it')
  .option('--hub <name>', 'the hub, where the connection string has no EntityPath')
  .option('--data <dir>', 'data folder of the running "npm start", when it is not the usual one')
  .option('--gzip', 'compress each event', false)
  .parse();

try {
  process.exitCode = (await send(command.args, command.opts<Options>())) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

/** False when something of the files was left out, which standard error then says. */
async function send(paths: readonly string[], options: Options): Promise<boolean> {
  const files = await findInputs(paths);
  if (!files.ok) throw new Error(files.error.message);
  const address = await addressOf(options);
  const sender = new HubSender(address, { gzip: options.gzip });
  const progress = new Progress(files.value);
  let leftOut = 0;
  const leaveOut = (what: string) => {
    leftOut += 1;
    process.stderr.write(`left out: ${what}\n`);
  };
  try {
    for (const { source } of files.value) await sendFile(metered(source, progress), sender, leaveOut);
    await sender.flush();
  } catch (error) {
    throw new Error(`${counted(sender.sentEvents, 'event')} sent, then: ${messageOf(error)}`, { cause: error });
  } finally {
    progress.stop();
    await sender.close();
  }
  process.stdout.write(`${counted(files.value.length, 'file')} sent in ${counted(sender.sentEvents, 'event')}\n`);
  return leftOut === 0;
}

async function sendFile(source: SourceInput, sender: HubSender, leaveOut: (what: string) => void): Promise<void> {
  for await (const member of openMembers(source)) {
    for await (const event of eventBodies(member.chunks())) {
      if (event.kind === 'body') await sender.add(event.bytes);
      else leaveOut(`${member.name}, line ${event.line}: longer than an event may be`);
    }
    if (member.failure) leaveOut(`${member.name}: ${member.failure.reason}`);
  }
}

async function addressOf({ connection, hub, data }: Options): Promise<HubAddress> {
  if (connection !== undefined) {
    if (hub === undefined && !/(^|;)EntityPath=/i.test(connection)) {
      throw new Error('name the hub with --hub NAME: the connection string has no EntityPath');
    }
    return { connectionString: connection, hub };
  }
  const endpoints = await readEndpoints(data === undefined ? endpointsPath : join(data, 'endpoints.json'));
  if (!endpoints) {
    throw new Error('tunnelwatch does not run here: start it with "npm start", or name a hub with --connection STRING');
  }
  return { connectionString: endpoints.eventHub.connectionString, hub: hub ?? endpoints.eventHub.name };
}

function metered(source: SourceInput, progress: Progress): SourceInput {
  const stream = async function* (fromByte?: number) {
    for await (const chunk of source.stream(fromByte)) {
      progress.add(chunk.length);
      yield chunk;
    }
  };
  return { ...source, stream };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function messageOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
