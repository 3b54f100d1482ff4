/** The name a table gets from its file: without the endings that say how it is written. */
export const tableName = (fileName: string): string =>
  fileName.replace(/(?<=.)\.(csv|tsv|tab|txt|json|jsonl|ndjson|parquet)(\.gz)?$/i, '');
