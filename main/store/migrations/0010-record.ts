import type { Migration } from './migration.ts';

/** What every workspace records: settings, the manifest of files, events, the audit chain, undo. */
export const record: Migration = {
  version: 10,
  name: 'record',
  sql: `
CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE files (
  path TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  byte_size INTEGER NOT NULL,
  owner_id TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX files_by_owner ON files (owner_id);

CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  known_at INTEGER NOT NULL,
  operation TEXT NOT NULL,
  actor TEXT NOT NULL,
  subject_kind TEXT,
  subject_id TEXT,
  detail TEXT
) STRICT;
CREATE INDEX events_by_subject ON events (subject_id, seq);

CREATE TABLE chain_heads (
  chain TEXT PRIMARY KEY,
  entry_count INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TABLE subject_salts (
  subject TEXT PRIMARY KEY,
  salt BLOB NOT NULL
) STRICT;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  event_id TEXT,
  operation TEXT NOT NULL,
  actor TEXT NOT NULL,
  subject_kind TEXT,
  subject_id TEXT,
  outcome TEXT NOT NULL,
  detail TEXT,
  erased_at INTEGER,
  payload_hash TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject_id, seq);

CREATE TABLE undo_events (
  event_id TEXT PRIMARY KEY,
  undo_of TEXT,
  undone_by TEXT
) STRICT;

CREATE TABLE undo_changes (
  seq INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL REFERENCES undo_events (event_id) ON DELETE CASCADE,
  table_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  row_key TEXT NOT NULL,
  before TEXT,
  after TEXT
) STRICT;
CREATE INDEX undo_changes_by_event ON undo_changes (event_id, seq);
`,
};
