/** Names of the files that scoring writes. */

export type OutputFormat = 'csv' | 'jsonl' | 'parquet' | 'xlsx';

const stemOf = (name: string): string => name.replace(/\.(csv|tsv|txt|jsonl|ndjson|parquet|xlsx)(\.gz)?$/i, '');

/** `customers.csv.gz` becomes `customers-predictions.parquet`. */
export function buildOutputName(name: string, format: OutputFormat): string {
  const stem = stemOf(name).slice(0, 180);
  return `${stem === '' ? 'rows' : stem}-predictions.${format}`;
}

/** The same beside the input file, whichever way its path is written. */
export function buildOutputPath(inputPath: string, format: OutputFormat): string {
  const cut = Math.max(inputPath.lastIndexOf('/'), inputPath.lastIndexOf('\\')) + 1;
  return `${inputPath.slice(0, cut)}${buildOutputName(inputPath.slice(cut), format)}`;
}
