import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  type EventHubTrigger,
  type HttpTrigger,
  type QueueTrigger,
  readTrigger,
  type TimerTrigger,
} from './bindings.ts';
import { hostSide, type RegisteredFunction } from './core-module.ts';
import { startEventHubListener } from './event-hubs.ts';
import { type EventHubSettings, readHostJson } from './host-json.ts';
import { type HttpServer, startHttpServer } from './http-server.ts';
import { createInvoker } from './invoke.ts';
import { loadApp } from './load-app.ts';
import type { Log } from './log.ts';
import { startQueueListener } from './queues.ts';
import { fileTimerStatuses } from './timer-status.ts';
import { startTimer } from './timers.ts';

export interface HostOptions {
  /** Absolute path of the built app, a CommonJS bundle. */
  readonly appPath: string;
  readonly hostJsonPath: string;
  /** Folder for what must survive a restart (timers' occurrences). */
  readonly stateDir: string;
  readonly httpPort: number;
  readonly functionKey: string;
  readonly masterKey: string;
  /** The app settings: connection strings are looked up here by the name a trigger gives. */
  readonly settings: NodeJS.ProcessEnv;
  /** How long a queue message of a host that died stays hidden: 10 minutes on the platform. */
  readonly queueLeaseSeconds: number;
  /** How long a partition of a host that died stays taken, instead of what host.json says; looked at three times as often. */
  readonly partitionLeaseSeconds?: number;
  readonly log: Log;
}

export interface Host {
  readonly httpPort: number;
  readonly functionNames: readonly string[];
  /** Takes no new work, waits `patienceMs` for what runs, then runs the app's terminate hooks. False when work was left. */
  stop(patienceMs: number): Promise<boolean>;
}

type Loaded<T> = { readonly fn: RegisteredFunction; readonly trigger: T };

/**
 * Loads the app and runs its triggers with the platform's semantics.
 * @throws Error in one line: the app does not load, a trigger is not understood, an app setting is missing, the port is taken.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const { log, settings } = options;
  const { extensions } = readHostJson(options.hostJsonPath);
  hostSide.logTo(log);
  const functions = await loadApp(options.appPath);

  const http: Array<Loaded<HttpTrigger>> = [];
  const timers: Array<Loaded<TimerTrigger>> = [];
  const queues: Array<Loaded<QueueTrigger>> = [];
  const hubs: Array<Loaded<EventHubTrigger>> = [];
  for (const fn of functions) {
    const trigger = readTrigger(fn.metadata, settings);
    switch (trigger.type) {
      case 'httpTrigger':
        http.push({ fn, trigger });
        break;
      case 'timerTrigger':
        timers.push({ fn, trigger });
        break;
      case 'queueTrigger':
        queues.push({ fn, trigger });
        break;
      case 'eventHubTrigger':
        hubs.push({ fn, trigger });
        break;
      default:
        trigger satisfies never;
    }
  }

  const invoker = createInvoker(log);
  const server: HttpServer = await startHttpServer({
    functions: http,
    routePrefix: extensions.http.routePrefix,
    port: options.httpPort,
    functionKey: options.functionKey,
    masterKey: options.masterKey,
    invoker,
  });
  const queueListeners = queues.map((queue) =>
    startQueueListener({
      queue,
      connectionString: connectionString(queue.fn, queue.trigger.connection, settings),
      settings: extensions.queues,
      leaseSeconds: options.queueLeaseSeconds,
      invoker,
      log,
    }),
  );
  const hubListeners = hubs.map((hub) =>
    startEventHubListener({
      hub,
      connectionString: connectionString(hub.fn, hub.trigger.connection, settings),
      hostStorage: connectionString(hub.fn, 'AzureWebJobsStorage', settings),
      settings: withLease(extensions.eventHubs, options.partitionLeaseSeconds),
      invoker,
      log,
    }),
  );
  const listeners = [...queueListeners, ...hubListeners];
  const statuses = fileTimerStatuses(join(options.stateDir, 'timers.json'));
  const running = timers.map((timer) => startTimer(timer, statuses, invoker));

  return {
    httpPort: server.port,
    functionNames: functions.map((fn) => fn.metadata.name),
    async stop(patienceMs) {
      const closed = server.close();
      for (const timer of running) timer.stop();
      for (const listener of listeners) listener.stop();
      const work = Promise.all([closed, invoker.idle(), ...listeners.map((listener) => listener.settled())]);
      const isDone = await Promise.race([work.then(() => true), setTimeout(patienceMs, false, { ref: false })]);
      await hostSide.runHooks('appTerminate', {});
      return isDone;
    },
  };
}

/** The app setting of a connection; the platform also tries its name after `AzureWebJobs`. */
function connectionString(fn: RegisteredFunction, connection: string, settings: NodeJS.ProcessEnv): string {
  const found = settings[`AzureWebJobs${connection}`] ?? settings[connection];
  if (!found)
    throw new Error(`function "${fn.metadata.name}" needs the app setting "${connection}" (a connection string)`);
  return found;
}

const withLease = (settings: EventHubSettings, leaseSeconds: number | undefined): EventHubSettings =>
  leaseSeconds === undefined
    ? settings
    : {
        ...settings,
        partitionOwnershipExpirationInterval: leaseSeconds * 1_000,
        loadBalancingUpdateInterval: Math.round(leaseSeconds * 333),
      };
