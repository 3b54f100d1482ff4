import type { Migration } from './migration.ts';

/** Datasets, their immutable versions and the import receipts. */
export const datasets: Migration = {
  version: 20,
  name: 'datasets',
  sql: `
CREATE TABLE datasets (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  tags TEXT NOT NULL,
  current_version_id TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  known_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX datasets_live_name ON datasets (name) WHERE deleted_at IS NULL;

CREATE TABLE dataset_versions (
  id TEXT PRIMARY KEY,
  dataset_id TEXT NOT NULL REFERENCES datasets (id),
  number INTEGER NOT NULL,
  content_hash TEXT NOT NULL,
  files TEXT NOT NULL,
  row_count INTEGER NOT NULL,
  column_count INTEGER NOT NULL,
  byte_size INTEGER NOT NULL,
  columns TEXT NOT NULL,
  profile TEXT,
  source TEXT,
  steps TEXT NOT NULL,
  parent_version_id TEXT,
  rejected_count INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  known_at INTEGER NOT NULL,
  UNIQUE (dataset_id, number)
) STRICT;
CREATE INDEX dataset_versions_by_hash ON dataset_versions (content_hash);

CREATE TABLE receipts (
  dataset_version_id TEXT PRIMARY KEY REFERENCES dataset_versions (id),
  raw_file TEXT,
  raw_sha256 TEXT NOT NULL,
  raw_bytes INTEGER NOT NULL,
  dialect TEXT NOT NULL,
  row_count INTEGER NOT NULL,
  rejected_count INTEGER NOT NULL,
  rejects_file TEXT,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  known_at INTEGER NOT NULL
) STRICT;
CREATE INDEX receipts_by_raw ON receipts (raw_sha256);
`,
};
