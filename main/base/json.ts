/** JSON as plain data, and its canonical text: the form that is hashed wherever equal values must give equal bytes. */

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * JSON text with object keys in code-unit order and no white space; properties that are `undefined` are left out and
 * numbers that JSON cannot hold (NaN, ±Infinity) become null, as in JSON.stringify.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value))
    return `[${value.map((item) => canonicalJson(item === undefined ? null : item)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const parts: string[] = [];
    for (const [key, item] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
      if (item !== undefined) parts.push(`${JSON.stringify(key)}:${canonicalJson(item)}`);
    }
    return `{${parts.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** Views a value that is known to be plain data (no functions, dates, maps) as JSON, for a JSON column or a message. */
export const asJson = (value: unknown): JsonValue => value as JsonValue;
