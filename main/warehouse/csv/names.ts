/**
 * Column names from a header: trimmed, never empty, never twice. Names that differ only in case count as equal, because
 * SQL and many tools treat them so.
 */
export type Naming = { readonly names: readonly string[]; readonly notes: readonly string[] };

/** Names for `width` columns; `headerTexts` is empty when the file has no header. */
export function nameColumns(headerTexts: readonly string[], width: number): Naming {
  const notes: string[] = [];
  const taken = new Set<string>();
  const wanted = Array.from({ length: width }, (_, i) => cleanName(headerTexts[i] ?? ''));
  const reserved = new Set(wanted.map((name) => name.toLowerCase()));
  const free = (base: string): string => {
    for (let n = 2; ; n++) {
      const name = `${base}_${n}`;
      if (!taken.has(name.toLowerCase()) && !reserved.has(name.toLowerCase())) return name;
    }
  };
  const names = wanted.map((text, i) => {
    let name = text;
    if (name === '') {
      name = `column_${i + 1}`;
      if (taken.has(name.toLowerCase()) || reserved.has(name.toLowerCase())) name = free(name);
      if (headerTexts.length > 0) notes.push(`Column ${i + 1} has no name in the header; it is called "${name}".`);
    } else if (taken.has(name.toLowerCase())) {
      const renamed = free(name);
      notes.push(`The header has "${name}" more than once; column ${i + 1} is called "${renamed}".`);
      name = renamed;
    }
    taken.add(name.toLowerCase());
    return name;
  });
  return { names, notes };
}

const cleanName = (text: string): string => text.replace(/\s+/g, ' ').trim();
