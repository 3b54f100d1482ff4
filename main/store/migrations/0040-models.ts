import type { Migration } from './migration.ts';

/** Training runs with their trials, models with their versions, and the decision policy of each model. */
export const models: Migration = {
  version: 40,
  name: 'models',
  sql: `
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  job_id TEXT,
  dataset_version_id TEXT,
  task TEXT NOT NULL,
  target TEXT NOT NULL,
  metric TEXT NOT NULL,
  seed INTEGER NOT NULL,
  status TEXT NOT NULL,
  params TEXT NOT NULL,
  trial_count INTEGER NOT NULL,
  score TEXT,
  baseline TEXT,
  report TEXT,
  code_hash TEXT,
  data_hash TEXT,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  known_at INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_by_job ON runs (job_id);

CREATE TABLE trials (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  learner TEXT NOT NULL,
  params TEXT NOT NULL,
  status TEXT NOT NULL,
  score REAL,
  score_low REAL,
  score_high REAL,
  fold_scores TEXT NOT NULL,
  detail TEXT,
  fit_seconds REAL NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (run_id, number)
) STRICT;

CREATE TABLE models (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  tags TEXT NOT NULL,
  task TEXT NOT NULL,
  target TEXT NOT NULL,
  current_version_id TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  known_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX models_live_name ON models (name) WHERE deleted_at IS NULL;

CREATE TABLE model_versions (
  id TEXT PRIMARY KEY,
  model_id TEXT NOT NULL REFERENCES models (id),
  number INTEGER NOT NULL,
  stage TEXT NOT NULL,
  run_id TEXT,
  dataset_version_id TEXT,
  package_file TEXT NOT NULL,
  package_sha256 TEXT NOT NULL,
  byte_size INTEGER NOT NULL,
  metric TEXT NOT NULL,
  score TEXT,
  baseline TEXT,
  calibration TEXT,
  inputs TEXT NOT NULL,
  report TEXT,
  gates TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  known_at INTEGER NOT NULL,
  UNIQUE (model_id, number)
) STRICT;
CREATE INDEX model_versions_by_package ON model_versions (package_sha256);

CREATE TABLE policies (
  model_id TEXT PRIMARY KEY REFERENCES models (id),
  body TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
`,
};
