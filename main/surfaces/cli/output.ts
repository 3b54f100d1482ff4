import type { CliIo, GlobalOptions } from './io.ts';

/** Where a command writes: one JSON document or readable text on stdout, everything else on stderr. */
export type Output = {
  readonly json: boolean;
  /** The command's result: the document with --json, else the lines. */
  readonly result: (document: unknown, lines: () => readonly string[]) => void;
  /** A remark on stderr, silent with --quiet. */
  readonly note: (line: string) => void;
};

export function createOutput(io: CliIo, options: GlobalOptions): Output {
  return {
    json: options.json === true,
    result: (document, lines) => {
      if (options.json) io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
      else for (const line of lines()) io.stdout.write(`${line}\n`);
    },
    note: (line) => {
      if (!options.quiet) io.stderr.write(`${line}\n`);
    },
  };
}

/** Columns padded to equal width; numbers to the right. */
export function table(rows: readonly (readonly (string | number)[])[], header: readonly string[]): string[] {
  const cells = [header, ...rows].map((row) => row.map(String));
  const widths = header.map((_, c) => Math.max(...cells.map((row) => (row[c] ?? '').length)));
  const right = header.map((_, c) => rows.length > 0 && rows.every((row) => typeof row[c] === 'number'));
  const line = (row: readonly string[]): string =>
    row
      .map((text, c) => (right[c] ? text.padStart(widths[c]) : text.padEnd(widths[c])))
      .join('  ')
      .trimEnd();
  return [line(cells[0]), widths.map((width) => '─'.repeat(width)).join('  '), ...cells.slice(1).map(line)];
}

/** Bytes in words: 1.2 MB. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** A figure at a sensible number of digits. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size !== 0 && size < 0.0001
    ? value.toExponential(2)
    : size < 10
      ? value.toFixed(4)
      : size < 1000
        ? value.toFixed(2)
        : value.toFixed(0);
}
