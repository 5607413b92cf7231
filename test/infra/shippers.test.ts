import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Framer } from '../../shared/ingest/frame.ts';
import { Reader } from '../../shared/ingest/read.ts';

const infra = fileURLToPath(new URL('../../infra/', import.meta.url));
const shipper = (path: string): string => readFileSync(join(infra, 'shippers', path), 'utf8');
const TAGS = ['mstunnel-agent', 'mstunnel_monitor', 'ocserv', 'ocserv-access'];
const hub = /resource hub 'eventhubs' = \{\s*name: '([^']+)'/.exec(
  readFileSync(join(infra, 'modules/event-hub.bicep'), 'utf8'),
)?.[1];

function readLine(line: string) {
  const framer = new Framer('synthetic');
  const reader = new Reader({ zone: 'UTC', referenceMs: Date.parse('2026-11-22T09:00:00Z') });
  return [...framer.push(Buffer.from(`${line}\n`)), ...framer.end()].map((raw) => {
    const outcome = reader.read(raw);
    if (outcome.kind === 'rejected') return outcome.rejection.reason;
    const { format, hostname, timestamp } = outcome.record;
    return { format, hostname, timestamp: timestamp?.slice(0, 19) };
  });
}

describe('the configurations of shippers', () => {
  it.each(['rsyslog.conf', 'fluent-bit.yaml', 'vector.yaml'])(
    '%s sends to the hub that is deployed, over TLS',
    (path) => {
      const text = shipper(path);
      expect(text).toMatch(new RegExp(`topics?(=|: )"?${hub}"?$`, 'm'));
      expect(text).toContain('.servicebus.windows.net:9093');
      expect(text).toMatch(/SASL_SSL|tls: \{ enabled: true \}/);
      expect(text).not.toMatch(/SharedAccessKey=|certificate\.verification|verify_certificate: false/);
    },
  );

  it.each(['rsyslog.conf', 'fluent-bit.yaml', 'vector.yaml', 'journal/upload-journal.sh'])(
    '%s takes every tag',
    (path) => {
      for (const tag of TAGS) expect(shipper(path)).toMatch(new RegExp(`[\\s"=[]${tag}[\\s",\\]]`));
    },
  );

  // What each makes of the same synthetic line of the journal.
  it.each([
    ['rsyslog.conf', '<30>1 2026-11-22T09:00:00.123456+00:00 tunnel-1 ocserv 812 - -  main: initialized ocserv'],
    ['fluent-bit.yaml', '<30>1 2026-11-22T09:00:00.123456Z tunnel-1 ocserv 812 - - main: initialized ocserv'],
    ['vector.yaml', '<30>1 2026-11-22T09:00:00.123456Z tunnel-1 ocserv 812 - - main: initialized ocserv'],
    [
      'journal/upload-journal.sh',
      '{"__REALTIME_TIMESTAMP":"1795338000123456","_HOSTNAME":"tunnel-1","SYSLOG_IDENTIFIER":"ocserv","_PID":"812","PRIORITY":"6","MESSAGE":"main: initialized ocserv"}',
    ],
  ])('a line of %s is read', (_path, line) => {
    expect(readLine(line)).toEqual([{ format: 'ocserv', hostname: 'tunnel-1', timestamp: '2026-11-22T09:00:00' }]);
  });
});

describe('upload-journal.sh', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'upload-journal-'));
    for (const name of ['bin', 'state', 'uploaded']) mkdirSync(join(folder, name));
    // The journal: a line that counts its readings, and the position behind it.
    command(
      'journalctl',
      `for word; do case $word in --cursor-file=*) file=\${word#*=};; esac; done
       n=$(cat "$file" 2>/dev/null || echo 0); echo "$*" >>"${folder}/asked"
       [ -f "${folder}/quiet" ] || { echo "line $n"; echo $((n + 1)) >"$file"; }`,
    );
    command(
      'azcopy',
      `[ ! -f "${folder}/down" ] || exit 1; cp "$2" "${folder}/uploaded/$(ls "${folder}/uploaded" | wc -l)"; echo "$3" >>"${folder}/urls"`,
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const command = (name: string, script: string) =>
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const run = () =>
    spawnSync(join(infra, 'shippers/journal/upload-journal.sh'), {
      env: {
        PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`,
        STATE_DIRECTORY: join(folder, 'state'),
        TUNNELWATCH_UPLOADS: 'https://contoso.blob.core.windows.net/uploads',
      },
    }).status;
  const uploaded = (n: number) => gunzipSync(readFileSync(join(folder, 'uploaded', String(n)))).toString();
  const file = (name: string) => readFileSync(join(folder, name), 'utf8');

  it('uploads what is new, under the name of the server', () => {
    expect([run(), run()]).toEqual([0, 0]);
    expect([uploaded(0), uploaded(1)]).toEqual(['line 0\n', 'line 1\n']);
    const hostname = execFileSync('hostname', { encoding: 'utf8' }).trim();
    expect(file('urls')).toMatch(
      new RegExp(`^https://contoso\\.blob\\.core\\.windows\\.net/uploads/${hostname}/\\d{4}/`),
    );
  });

  it('begins an hour back, and later where it was', () => {
    run();
    run();
    const [first, second] = file('asked').split('\n');
    expect(first).toContain('--since=-1h');
    expect(second).not.toContain('--since');
  });

  it('tries again what could not be uploaded', () => {
    writeFileSync(join(folder, 'down'), '');
    expect(run()).not.toBe(0);
    rmSync(join(folder, 'down'));
    expect(run()).toBe(0);
    expect(uploaded(0)).toBe('line 0\n');
  });

  it('uploads nothing when nothing is new', () => {
    writeFileSync(join(folder, 'quiet'), '');
    expect(run()).toBe(0);
    expect(() => uploaded(0)).toThrow('ENOENT');
  });
});
