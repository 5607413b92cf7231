import { isObject, parseJson } from '../json/records.ts';
import { type Envelope, textOf } from './envelope.ts';

/** A property by its name in any case; the REST form of the Activity Log has them one level down, in `eventProperties`. */
export function property({ properties }: Pick<Envelope, 'properties'>, name: string): unknown {
  const own = caseless(properties, name);
  if (own !== undefined) return own;
  const wrapped = caseless(properties, 'eventProperties');
  return isObject(wrapped) ? caseless(wrapped, name) : undefined;
}

/** A property as trimmed text; null when it has none. */
export function propertyTextOf(envelope: Pick<Envelope, 'properties'>, name: string): string | null {
  return textOf(property(envelope, name))?.trim() || null;
}

/** A property that is JSON, or text that holds it. */
export function propertyJson(envelope: Pick<Envelope, 'properties'>, name: string): unknown {
  const value = property(envelope, name);
  return typeof value === 'string' ? parseJson(value) : value;
}

function caseless(object: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const wanted = name.toLowerCase();
  const key = Object.keys(object).find((one) => one.toLowerCase() === wanted);
  return key === undefined ? undefined : object[key];
}
