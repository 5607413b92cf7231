import { parseSecret } from '../../../shared/notify/sign.ts';
import type { DataDir } from '../data-dir.ts';
import type { RunningStack } from '../stack.ts';
import { notificationText, wrapped } from './notification-text.ts';
import { Player } from './player.ts';
import { type DemoReceiver, startReceiver } from './receiver.ts';
import { registerReceiver, untilGatewayIsKnown } from './registration.ts';
import { type DemoState, newDemoState, readDemoState, writeDemoState } from './state.ts';

const secretSetting = 'TUNNELWATCH_DEMO_SECRET';

export interface Demo {
  /** App settings that the host needs for it. */
  readonly settings: NodeJS.ProcessEnv;
  /**
   * Starts the receiver, registers it, plays the incident when this is the first start, and goes on in the background until
   * the stack stops. Throws in one line when the receiver cannot be registered.
   */
  start(stack: RunningStack): Promise<void>;
}

/**
 * The demo of a data folder: new in a new one, gone on with where it was played before. Undefined where data was kept without
 * it: a synthetic incident does not belong among somebody's own logs.
 */
export async function openDemo(dataDir: DataDir): Promise<Demo | undefined> {
  const earlier = await readDemoState(dataDir);
  if (!earlier && !dataDir.isNew) return undefined;
  const state = earlier ?? newDemoState();
  // Kept at once: a start that fails must not look like data without a demo.
  if (!earlier) await writeDemoState(dataDir, state);
  const settings = {
    [secretSetting]: state.secret,
    // The whole past is there at once: waiting for its late records would only hide the alerts.
    TUNNELWATCH_SETTLE_SECONDS: '5',
  };
  return { settings, start: (stack) => start(stack, state) };
}

async function start(stack: RunningStack, state: DemoState): Promise<void> {
  const { endpoints, dataDir, print, stopping } = stack;
  const receiver = await startOwnReceiver(stack, state);
  const isFirst = state.startedAt === null;
  const startedAt = state.startedAt ?? Date.now();
  await registerReceiver(endpoints, { url: receiver.url, secretSetting, moved: receiver.port !== state.receiverPort });
  await writeDemoState(dataDir, { ...state, startedAt, receiverPort: receiver.port });
  print(isFirst ? firstText(receiver.url) : againText(receiver.url));

  const player = new Player(endpoints, startedAt, stopping);
  const failed = (error: unknown) => {
    if (!stopping.aborted) print(`demo: ${error instanceof Error ? error.message : String(error)}`);
  };
  if (isFirst) {
    await player.playServers();
    // So that the maintenance is known as the cause when the failover is told.
    await untilGatewayIsKnown(endpoints, stopping);
    await player.playTunnels();
    void player.playOn().catch(failed);
  }
  void player.checkInForEver().catch(failed);
}

async function startOwnReceiver({ print, stopping }: RunningStack, state: DemoState): Promise<DemoReceiver> {
  const key = parseSecret(state.secret);
  if (!key.ok) throw new Error(`the demo's secret is damaged (${key.error.message}): --reset starts anew`);
  const receiver = await startReceiver({
    port: state.receiverPort,
    key: key.value,
    onNotification: (notification) =>
      print(
        notificationText(notification, {
          width: terminalWidth(),
          at: Date.now(),
          coloured: process.stdout.hasColors?.() ?? false,
        }),
      ),
    onRefused: (reason) => print(`\n!! REFUSED a message to the demo's receiver: ${reason} !!`),
  });
  stopping.addEventListener('abort', () => void receiver.stop(), { once: true });
  return receiver;
}

const firstText = (url: string) =>
  paragraph(
    `Demo: a synthetic incident of the last 45 minutes is played now, and goes on for a minute: a VPN gateway (a failover during maintenance, a DPD fault, a tunnel that stays down, one that comes back, a flapping one) and three tunnel servers (an expiring certificate, a full disk) that check in every minute until Ctrl-C. The servers' files are uploaded, the gateway's logs archived in blobs that grow, and its tunnel log comes through the event hub as well: a record that comes twice is one. The receiver "demo" (${url}) shows what it is told:`,
  );

const againText = (url: string) =>
  paragraph(
    `Demo: its incident was played at the first start (--reset plays it anew). Its servers check in again every minute; that they were silent meanwhile may be told. The receiver "demo" (${url}) shows what it is told:`,
  );

const paragraph = (text: string) => `${wrapped(text, terminalWidth()).join('\n')}`;

const terminalWidth = (): number => Math.min(process.stdout.columns ?? 100, 120);
