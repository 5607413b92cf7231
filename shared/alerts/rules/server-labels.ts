import type { EntityRef } from '../../model/entity.ts';
import type { Labels } from '../../model/finding.ts';

/** A server's labels; the site joins them once a check-in named it. */
export const serverLabels = (entity: EntityRef, site: string | null): Labels =>
  site === null ? { server: entity.key } : { server: entity.key, site };
