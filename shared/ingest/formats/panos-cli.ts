import type { RawRecord } from '../../model/record.ts';
import { ok } from '../../model/result.ts';
import { panosCliBlock } from '../blocks/panos-cli.ts';
import { readShown } from '../panos/cli.ts';
import type { LogFormat } from './format.ts';

/**
 * What `show user server-monitor statistics`, `show user server-monitor state NAME|all` and `show high-availability all` printed,
 * with or without the prompt, on many lines or, copied out of a page, on one. It states no time. The prompt may name the firewall.
 */
export const panosCli = {
  name: 'panos-cli',
  title: 'PAN-OS command output',
  asked: { bare: true },
  claims: ({ json, text }: RawRecord) => json === undefined && panosCliBlock.begins(firstLine(text)),
  parse(raw, ctx) {
    const { host, ...shown } = readShown(raw.text);
    const isEmpty = shown.servers.length + shown.listeners.length === 0 && shown.availability === null;
    const saysNothing = isEmpty && shown.listening.udp === null && shown.listening.ssl === null;
    return ok({
      format: 'panos-cli',
      position: raw.position,
      flags: [...raw.flags, 'no-time', ...(saysNothing && shown.command === null ? (['best-effort'] as const) : [])],
      timestamp: undefined,
      precision: 0,
      severity: undefined,
      hostname: host ?? ctx.host,
      appName: undefined,
      procId: undefined,
      body: raw.text,
      attributes: { ...shown },
    });
  },
} satisfies LogFormat;

const firstLine = (text: string): string => {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end).replace(/\r$/, '');
};
