/** What the common schema calls the columns of the tables AzureDiagnostics and AzureActivity that have other names there. */
const FIELD_OF_COLUMN: Readonly<Record<string, string>> = {
  TimeGenerated: 'time',
  _ResourceId: 'resourceId',
  Properties: 'properties',
  OperationNameValue: 'operationName',
  CategoryValue: 'category',
  ActivityStatusValue: 'status',
};
/** Columns that hold a line as it was collected: of the table Syslog, and of those for text files. */
const COLLECTED = ['SyslogMessage', 'RawData'] as const;
/** A property's column ends in its type: text, number, GUID, truth or time. */
const TYPE_SUFFIX = /_[sdgbt]$/;

type Json = Readonly<Record<string, unknown>>;

/** Whether a JSON object is a row of a Log Analytics table that holds a line of something else than Azure. */
export const holdsLine = (json: Json): boolean => COLLECTED.some((column) => typeof json[column] === 'string');

/**
 * A row of a Log Analytics table, as data export or a query gives it, under the names of the common schema, its columns as properties
 * when it states none; any other object as it is. Clause: "Azure Monitor Logs reference: AzureDiagnostics, AzureActivity".
 */
export function recordOfRow(json: Json): Json {
  if (typeof json['TimeGenerated'] !== 'string' || json['time'] !== undefined) return json;
  // Columns that are no longer filled (`OperationName` beside `OperationNameValue`) still come, empty.
  const columns = Object.entries(json).filter(([, value]) => value !== null && value !== '');
  const renamed = columns.flatMap(([name, value]) => {
    const field = FIELD_OF_COLUMN[name];
    return field === undefined ? [] : [[field, value] as const];
  });
  const properties = Object.fromEntries(columns.map(([name, value]) => [name.replace(TYPE_SUFFIX, ''), value]));
  // In front too: of two names that differ in case only, the first counts.
  const named = { properties, ...Object.fromEntries(renamed) };
  return { ...named, ...Object.fromEntries(columns), ...named };
}
