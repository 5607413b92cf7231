import type { Envelope } from '../azure/envelope.ts';
import { azureFormat } from '../azure/format.ts';
import { propertyTextOf } from '../azure/properties.ts';
import { serviceNotice } from '../azure/service-health.ts';

/** Older exports have `Write`, `Delete` and `Action` where newer ones have `Administrative`. */
export const ACTIVITY_CATEGORIES: ReadonlySet<string> = new Set([
  'administrative',
  'write',
  'delete',
  'action',
  'resourcehealth',
  'servicehealth',
]);

const OWN_FIELDS: Readonly<Record<string, (envelope: Envelope) => Readonly<Record<string, unknown>>>> = {
  resourcehealth: (envelope) => ({
    health: propertyTextOf(envelope, 'currentHealthStatus') ?? propertyTextOf(envelope, 'healthStatus'),
    previousHealth: propertyTextOf(envelope, 'previousHealthStatus'),
    healthTitle: propertyTextOf(envelope, 'title'),
    healthCause: propertyTextOf(envelope, 'cause'),
  }),
  servicehealth: (envelope) => ({ notice: serviceNotice(envelope) }),
};

/** Azure's Activity Log as far as it explains what a gateway did: health of resources and of services, and who did what. */
export const azureActivity = azureFormat(
  'azure-activity',
  'Azure Activity Log',
  (category) => ACTIVITY_CATEGORIES.has(category),
  (envelope) => OWN_FIELDS[envelope.category.toLowerCase()]?.(envelope) ?? {},
);
