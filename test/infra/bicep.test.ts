import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { blobEventsQueue, logContainers, uploadsContainer } from '../../infra/local/stack.ts';
import { readConfig } from '../../shared/config.ts';
import { ARCHIVES } from '../../shared/pipeline/archive-resources.ts';
import { blobOfEvent } from '../../shared/pipeline/open-blob.ts';
import { WAKEUP_QUEUES } from '../../shared/store/wakeup-queues.ts';
import { registeredTriggers } from './registrations.ts';

const infra = fileURLToPath(new URL('../../infra/', import.meta.url));
const read = (path: string): string => readFileSync(join(infra, path), 'utf8').replaceAll(/^\s*\/\/.*$/gm, '');
const module = (name: string): string => read(`modules/${name}.bicep`);
const dataStorage = module('data-storage');
const hostStorage = module('host-storage');
const blobEvents = module('blob-events');
const eventHub = module('event-hub');
const functionApp = module('function-app');

/** The text from a marker to the line that closes what it opens, at the marker's own indentation. */
function block(text: string, marker: RegExp): string {
  const start = text.search(marker);
  expect(start, `${marker} is in the template`).toBeGreaterThanOrEqual(0);
  const rest = text.slice(text.lastIndexOf('\n', start) + 1);
  const indent = /^ */.exec(rest)?.[0] ?? '';
  return rest.slice(0, rest.search(new RegExp(`\\n${indent}[\\])}]`)));
}

const quoted = (text: string): string[] => [...text.matchAll(/'([^']+)'/g)].map(([, inner]) => inner ?? '');
/** Names of the nested resources of a kind, `resource uploads 'containers' = { name: 'uploads'`. */
const named = (text: string, kind: string): string[] =>
  [...text.matchAll(new RegExp(`resource \\w+ '${kind}'[^{]*\\{\\s*name: '([^']+)'`, 'g'))].map(
    ([, name]) => name ?? '',
  );

const queues = quoted(block(dataStorage, /var queueNames = \[/));
const settings = Object.fromEntries(
  [...block(functionApp, /resource settings 'config'/).matchAll(/^ +(\w+): (.+)$/gm)]
    .filter(([, name]) => name !== 'name' && name !== 'properties')
    .map(([, name, value]) => [name ?? '', value ?? '']),
);
const triggers = registeredTriggers();
const queueTriggers = triggers.filter(({ type }) => type === 'queueTrigger');
const hubTriggers = triggers.filter(({ type }) => type === 'eventHubTrigger');

describe('the templates have what the app uses', () => {
  it('finds what the app registers', () => {
    expect(queueTriggers.length).toBeGreaterThanOrEqual(5);
    expect(triggers.map(({ type }) => type)).toContain('httpTrigger');
  });

  it('makes every queue that a trigger reads, a wake-up names or Event Grid fills, and no other', () => {
    const used = [...queueTriggers.map(({ queueName }) => String(queueName)), ...Object.values(WAKEUP_QUEUES)];
    expect(new Set(queues)).toEqual(new Set([...used, blobEventsQueue]));
  });

  it('makes the containers of uploads and of dead letters', () => {
    const deadLetters = readFileSync(join(infra, '../shared/store/table/dead-letters.ts'), 'utf8');
    expect(named(dataStorage, 'containers')).toContain(uploadsContainer);
    expect(deadLetters).toContain('dead-letters');
    expect(named(dataStorage, 'containers')).toContain('dead-letters');
  });

  it('sets each connection that a trigger names, by identity', () => {
    const connections = new Set(
      triggers.flatMap(({ connection }) => (connection === undefined ? [] : [String(connection)])),
    );
    expect(connections).toContain('TUNNELWATCH_STORAGE');
    for (const connection of connections) {
      const own = Object.keys(settings).filter((name) => name.startsWith(`${connection}__`));
      expect(own, connection).toEqual(expect.arrayContaining([`${connection}__credential`, `${connection}__clientId`]));
      expect(
        own.some((name) => /__(queueServiceUri|fullyQualifiedNamespace)$/.test(name)),
        connection,
      ).toBe(true);
      expect(settings, 'no connection string, no key').not.toHaveProperty(connection);
    }
  });

  it('gives settings that the app starts with, on the data account and by its name', () => {
    expect(readConfig(settings).storage).toEqual({ accountName: settings['TUNNELWATCH_STORAGE__accountName'] });
    expect(settings['AZURE_CLIENT_ID']).toBe('identity.clientId');
    expect(settings['TUNNELWATCH_STORAGE__accountName']).not.toBe(settings['AzureWebJobsStorage__accountName']);
  });

  it('makes the hub and the consumer group that a trigger reads, which is not $Default', () => {
    const [hub] = named(eventHub, 'eventhubs');
    const [group] = named(eventHub, 'consumergroups');
    for (const { eventHubName, consumerGroup } of hubTriggers)
      expect([eventHubName, consumerGroup]).toEqual([hub, group]);
    expect([hub, group]).toEqual(['logs', 'tunnelwatch']);
  });

  it('runs a Node.js that the bundle is built for', () => {
    const target = /target: 'node(\d+)'/.exec(readFileSync(join(infra, 'build.ts'), 'utf8'))?.[1];
    const allowed = /@allowed\(\[([^\]]+)\]\)\s*param nodeVersion string = '(\d+)'/.exec(read('main.bicep'));
    expect(quoted(allowed?.[1] ?? '')).toContain(allowed?.[2]);
    for (const version of quoted(allowed?.[1] ?? '')) expect(Number(version)).toBeGreaterThanOrEqual(Number(target));
  });
});

describe('blob events', () => {
  const prefixes = quoted(block(blobEvents, /values: \[/));
  const delivered = (container: string) => {
    const subject = `/blobServices/default/containers/${container}/blobs/a/b.log`;
    return prefixes.some((prefix) => subject.startsWith(prefix)) && blobOfEvent({ subject })?.container === container;
  };

  it.each([uploadsContainer, ...logContainers, `${ARCHIVES}ikediagnosticlog`])('of %s are delivered', (container) => {
    expect(delivered(container)).toBe(true);
  });

  it.each(['dead-letters', 'undelivered-events', `${uploadsContainer}2`])('of %s are not', (container) => {
    expect(delivered(container)).toBe(false);
  });

  it('are of creations only, in the schema that the app reads, by the identity of the topic', () => {
    const type = /includedEventTypes: \['([^']+)'\]/.exec(blobEvents)?.[1];
    expect(blobOfEvent({ eventType: type, subject: '/blobServices/default/containers/c/blobs/b' })).toBeDefined();
    expect(blobEvents).toContain("eventDeliverySchema: 'EventGridSchema'");
    expect(blobEvents).toMatch(/deliveryWithResourceIdentity: \{\s*identity: \{ type: 'SystemAssigned' \}/);
    expect(block(blobEvents, /resource queue 'queues'/)).toContain(`name: '${blobEventsQueue}'`);
  });

  it('that cannot be delivered are kept in a container that exists', () => {
    const [container] = named(blobEvents, 'containers');
    expect(container).toBe('undelivered-events');
    expect(named(dataStorage, 'containers')).toContain(container);
  });
});

describe('nobody needs a key', () => {
  const templates = [
    'main.bicep',
    'azd.bicep',
    ...readdirSync(join(infra, 'modules')).map((file) => `modules/${file}`),
  ];

  it.each([
    ['data', dataStorage],
    ['host', hostStorage],
  ])('the %s account refuses shared keys, public blobs and old TLS', (_name, template) => {
    for (const line of ['allowSharedKeyAccess: false', 'allowBlobPublicAccess: false', "minimumTlsVersion: 'TLS1_2'"]) {
      expect(template).toContain(line);
    }
  });

  it('hub and telemetry refuse keys unless told otherwise', () => {
    expect(eventHub).toContain('disableLocalAuth: !acceptsKeys');
    expect(read('main.bicep')).toContain('param hubAcceptsKeys bool = false');
    expect(eventHub.match(/'authorizationRules' = if \(acceptsKeys\)/g)).toHaveLength(2);
    expect(eventHub.match(/'authorizationRules'/g)).toHaveLength(2);
    expect(read('modules/monitoring.bicep')).toContain('DisableLocalAuth: true');
  });

  it.each(templates)('%s reads no key', (template) => {
    expect(read(template)).not.toMatch(/listKeys|AccountKey=|SharedAccessKey=/i);
  });

  it.each(templates)('%s gives roles at a resource, never at the group', (template) => {
    const text = read(template);
    const assignments = text.match(/'Microsoft\.Authorization\/roleAssignments@[^']+'/g) ?? [];
    const scopes = [...text.matchAll(/name: guid\([^\n]*\n\s*scope: (\S+)/g)].map(([, scope]) => scope);
    expect(scopes).toHaveLength(assignments.length);
    expect(scopes.filter((scope) => /resourceGroup|subscription|tenant/.test(scope ?? ''))).toEqual([]);
  });
});
