import { type EntityRef, lastPart, parentOf } from '../../model/entity.ts';
import type { Labels } from '../../model/finding.ts';

/** The identity of a tunnel finding: its gateway and remote IP; the instance belongs to the fact. */
export const tunnelLabels = (entity: EntityRef): Labels => ({
  gateway: parentOf(entity)?.key ?? '',
  remoteIp: lastPart(entity),
});

/** The gateway's name for prose: the last segment of its ARM id. */
export const gatewayName = (entity: EntityRef): string => {
  const id = parentOf(entity)?.key ?? entity.key;
  return id.slice(id.lastIndexOf('/') + 1);
};

/** A gap for people: `0.4 s`, `42 s`, `3 min 05 s`. */
export function gapText(gapMs: number): string {
  if (gapMs < 1_000) return `${(gapMs / 1_000).toFixed(1)} s`;
  const seconds = Math.round(gapMs / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
