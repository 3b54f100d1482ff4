/**
 * Reading view state from the address. Whatever stands there is checked before it is used: a hand-edited or outdated
 * link falls back to the default, it never breaks a page.
 */

/** The address's parameters before they are checked. */
export type RawSearch = Readonly<Record<string, unknown>>;

/** Text that is not empty, or undefined. A number typed into the address counts as text. */
export function textParam(value: unknown): string | undefined {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** A finite number within [min, max], or undefined. */
export function numberParam(value: unknown, min: number, max: number): number | undefined {
  return typeof value === 'number' && value >= min && value <= max ? value : undefined;
}

/** A whole number within [min, max], or undefined. */
export function integerParam(value: unknown, min: number, max: number): number | undefined {
  const number = numberParam(value, min, max);
  return number !== undefined && Number.isInteger(number) ? number : undefined;
}

/** One of the choices, or undefined. */
export function choiceParam<T extends string>(value: unknown, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === value);
}

/** A list of texts that is not empty, or undefined. */
export function listParam(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const texts = value.flatMap((entry) => textParam(entry) ?? []);
  return texts.length > 0 ? texts : undefined;
}

/** A record of cells (texts, numbers, booleans, null), or undefined when it is none or empty. */
export function cellsParam(value: unknown): Readonly<Record<string, string | number | boolean | null>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const cells = Object.entries(value).flatMap(([key, cell]): [string, string | number | boolean | null][] =>
    cell === null || typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean'
      ? [[key, cell]]
      : [],
  );
  return cells.length > 0 ? Object.fromEntries(cells) : undefined;
}
