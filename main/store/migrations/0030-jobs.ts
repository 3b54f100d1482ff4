import type { Migration } from './migration.ts';

/** The job queue: state, progress, checkpoints, work counters, estimates beside what happened. */
export const jobs: Migration = {
  version: 30,
  name: 'jobs',
  sql: `
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  priority INTEGER NOT NULL,
  input TEXT,
  result TEXT,
  error TEXT,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  updated_at INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  crash_count INTEGER NOT NULL,
  stage TEXT NOT NULL,
  fraction REAL NOT NULL,
  message TEXT NOT NULL,
  rows_done INTEGER,
  rows_total INTEGER,
  rows_per_second REAL,
  eta_seconds REAL,
  memory_bytes INTEGER,
  peak_memory_bytes INTEGER,
  checkpoint TEXT,
  work_units REAL NOT NULL,
  run_seconds REAL NOT NULL,
  estimate_seconds REAL NOT NULL,
  estimate_memory_bytes INTEGER NOT NULL,
  estimate_disk_bytes INTEGER NOT NULL,
  estimate_basis TEXT NOT NULL,
  time_factor REAL NOT NULL,
  memory_factor REAL NOT NULL,
  request TEXT,
  dataset_id TEXT,
  model_id TEXT
) STRICT;
CREATE INDEX jobs_by_state ON jobs (state, priority, id);

CREATE TABLE job_events (
  seq INTEGER PRIMARY KEY,
  job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX job_events_by_job ON job_events (job_id, kind, seq);

CREATE TABLE job_work (
  job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  units REAL NOT NULL,
  PRIMARY KEY (job_id, attempt)
) STRICT;
`,
};
