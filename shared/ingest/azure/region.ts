import type { LogRecord } from '../../model/record.ts';

/** One spelling for a region: "East US 2" and `eastus2` are `eastus2`. Null for what names none: empty, or `global`. */
export function regionOf(stated: string): string | null {
  const region = stated.toLowerCase().replace(/[^a-z0-9]/g, '');
  return region === '' || region === 'global' ? null : region;
}

/** The region of a record's resource as a fact's attribute; nothing when the record names none. */
export function regionAttribute({ attributes: { location } }: LogRecord): { readonly region?: string } {
  const region = typeof location === 'string' ? regionOf(location) : null;
  return region === null ? {} : { region };
}
