import { type EntityRef, entityId } from '../model/entity.ts';
import { digest } from '../model/fact.ts';

/**
 * A short name that fits a URL path, for ids that do not (ARM ids have slashes): readable end of the key and eight hex digits
 * of its hash, which keep look-alikes apart. Example: `vpngw-prod-203.0.113.10-5f2d9c01`.
 */
export function slugOf(entity: EntityRef): string {
  const tail = entity.key
    .split('|')
    .map((part) => part.slice(part.lastIndexOf('/') + 1))
    .join('-');
  const readable = tail
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);
  return `${readable === '' ? entity.kind : readable}-${digest([entityId(entity)]).slice(0, 8)}`;
}
