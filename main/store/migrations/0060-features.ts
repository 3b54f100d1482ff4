import type { Migration } from './migration.ts';

/** Kept recipes, and feature sets with every version of their definition and what was made of them. */
export const features: Migration = {
  version: 60,
  name: 'features',
  sql: `
CREATE TABLE recipes (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  steps TEXT NOT NULL,
  dataset_id TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  known_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX recipes_live_name ON recipes (name) WHERE deleted_at IS NULL;

CREATE TABLE feature_sets (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  known_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX feature_sets_live_name ON feature_sets (name) WHERE deleted_at IS NULL;

CREATE TABLE feature_set_versions (
  id TEXT PRIMARY KEY,
  feature_set_id TEXT NOT NULL REFERENCES feature_sets (id),
  number INTEGER NOT NULL,
  definition TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (feature_set_id, number)
) STRICT;

CREATE TABLE feature_materialisations (
  id TEXT PRIMARY KEY,
  feature_set_id TEXT NOT NULL REFERENCES feature_sets (id),
  version INTEGER NOT NULL,
  definition TEXT NOT NULL,
  dataset_id TEXT NOT NULL,
  dataset_version_id TEXT NOT NULL,
  dataset_version INTEGER NOT NULL,
  row_count INTEGER NOT NULL,
  sources TEXT NOT NULL,
  fresh_until TEXT,
  proof TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX feature_materialisations_by_dataset ON feature_materialisations (dataset_version_id);
`,
};
