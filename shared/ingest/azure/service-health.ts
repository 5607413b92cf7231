import { isObject } from '../json/records.ts';
import { type Envelope, textOf } from './envelope.ts';
import { propertyJson, propertyTextOf } from './properties.ts';
import { regionOf } from './region.ts';

/** What a ServiceHealth record announces. It names a subscription, services and regions, never a gateway. */
export interface ServiceNotice {
  /** `maintenance`, `incident`, `security`, …: in lower case. */
  readonly type: string;
  readonly title: string | null;
  /** One for all records of the same announcement. */
  readonly trackingId: string | null;
  /** `Planned`, `Active`, `InProgress`, `Complete`, `Resolved`, `Canceled`, … as stated. */
  readonly stage: string | null;
  /** Each service once, as stated, with its regions in one spelling; no region where it names all. */
  readonly impacted: readonly { readonly service: string; readonly regions: readonly string[] }[];
  readonly impactStart: string | null;
  readonly impactEnd: string | null;
  /** A drill of Azure's own. */
  readonly synthetic: boolean;
}

/** Reads the properties of a ServiceHealth record. `impactedServices` is JSON in a text; without it, `service` and `region` are taken. */
export function serviceNotice(envelope: Envelope): ServiceNotice {
  const text = (name: string) => propertyTextOf(envelope, name);
  const byOperation = /\bservicehealth\/([a-z]+)\/action$/i.exec(envelope.operationName)?.[1];
  return {
    type: (text('incidentType') ?? byOperation ?? 'unknown').toLowerCase(),
    title: text('title'),
    trackingId: text('trackingId'),
    stage: text('stage') ?? envelope.resultType ?? null,
    impacted: impactedOf(envelope),
    impactStart: text('impactStartTime'),
    impactEnd: text('impactMitigationTime'),
    synthetic: text('isSynthetic')?.toLowerCase() === 'true',
  };
}

function impactedOf(envelope: Envelope): ServiceNotice['impacted'] {
  const listed = propertyJson(envelope, 'impactedServices');
  if (Array.isArray(listed) && listed.length > 0) return listed.filter(isObject).map(impactedService);
  const service = propertyTextOf(envelope, 'service');
  if (service === null) return [];
  const regions = (propertyTextOf(envelope, 'region') ?? '').split(/[,;]/).flatMap((region) => regionOf(region) ?? []);
  return service.split(/[,;]/).map((one) => ({ service: one.trim(), regions }));
}

function impactedService(listed: Readonly<Record<string, unknown>>): ServiceNotice['impacted'][number] {
  const regions = Array.isArray(listed['ImpactedRegions']) ? listed['ImpactedRegions'].filter(isObject) : [];
  return {
    service: textOf(listed['ServiceName']) ?? '',
    regions: regions.flatMap(
      (region) => regionOf(textOf(region['RegionId']) ?? textOf(region['RegionName']) ?? '') ?? [],
    ),
  };
}
