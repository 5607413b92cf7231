/** One `/`-separated part of a route template: `health`, `{id}`, `{id?}` or `{*rest}`. */
type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter' | 'optional' | 'rest'; readonly name: string };

export interface Route<T> {
  readonly template: string;
  readonly methods: readonly string[];
  readonly target: T;
}

export interface RouteMatch<T> {
  readonly target: T;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the target of a request; undefined is a 404, also when only the method is not listed. */
export type Router<T> = (method: string, path: string) => RouteMatch<T> | undefined;

/**
 * Matches as the platform's router does: literals without regard to case and before parameters, parameters before a rest; path
 * parts are decoded except `%2F`, so that an encoded slash never splits or joins a segment.
 * @throws Error on a template it cannot match (a route constraint such as `{id:int}`, a rest that is not last).
 */
export function createRouter<T>(routes: ReadonlyArray<Route<T>>): Router<T> {
  const table = routes
    .map((route) => ({ ...route, segments: parseTemplate(route.template) }))
    .sort((a, b) => compareKeys(sortKey(a.segments), sortKey(b.segments)));
  return (method, path) => {
    const parts = path.split('/').filter((part) => part !== '');
    for (const { segments, methods, target } of table) {
      if (!methods.includes(method)) continue;
      const params = matchSegments(segments, parts);
      if (params) return { target, params };
    }
    return undefined;
  };
}

function parseTemplate(template: string): Segment[] {
  const parts = template.split('/').filter((part) => part !== '');
  return parts.map((part, index): Segment => {
    const [, star, name, optional] = /^\{(\*{0,2})(\w+)(\??)\}$/.exec(part) ?? [];
    if (name === undefined) {
      if (/[{}]/.test(part)) throw new Error(`route "${template}": "${part}" is more than this host matches`);
      return { kind: 'literal', text: part.toLowerCase() };
    }
    const isLast = index === parts.length - 1;
    if ((star !== '' || optional !== '') && !isLast) throw new Error(`route "${template}": "${part}" must come last`);
    return { kind: star !== '' ? 'rest' : optional !== '' ? 'optional' : 'parameter', name };
  });
}

const precedence = { literal: 0, parameter: 1, optional: 2, rest: 3 } as const;
const sortKey = (segments: readonly Segment[]): number[] => segments.map(({ kind }) => precedence[kind]);

function compareKeys(a: readonly number[], b: readonly number[]): number {
  for (const [index, key] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (key !== other) return key - other;
  }
  return a.length - b.length;
}

function matchSegments(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    switch (segment.kind) {
      case 'rest':
        params[segment.name] = parts.slice(index).map(decodePart).join('/');
        return params;
      case 'literal':
        if (part === undefined || decodePart(part).toLowerCase() !== segment.text) return undefined;
        break;
      case 'optional':
        if (part !== undefined) params[segment.name] = decodePart(part);
        break;
      case 'parameter':
        if (part === undefined) return undefined;
        params[segment.name] = decodePart(part);
        break;
      default:
        return segment satisfies never;
    }
  }
  return parts.length <= segments.length ? params : undefined;
}

function decodePart(part: string): string {
  try {
    return part.split(/%2f/i).map(decodeURIComponent).join('%2F');
  } catch {
    return part;
  }
}
