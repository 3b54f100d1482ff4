import type { Migration } from './migration.ts';

/** The decision ledger with its hash chain, observed outcomes, and people's feedback. */
export const ledger: Migration = {
  version: 50,
  name: 'ledger',
  sql: `
CREATE TABLE ledger (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  model_id TEXT,
  model_version_id TEXT,
  row_key TEXT,
  input_hash TEXT,
  prediction TEXT,
  probability REAL,
  interval_low REAL,
  interval_high REAL,
  explanation_hash TEXT,
  action TEXT,
  price REAL,
  cost REAL,
  decided_at INTEGER NOT NULL,
  known_at INTEGER NOT NULL,
  points_to TEXT,
  segment_file TEXT,
  segment_sha256 TEXT,
  segment_rows INTEGER,
  outcome TEXT,
  settled_at INTEGER,
  profit REAL,
  erased_at INTEGER,
  payload_hash TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_by_model ON ledger (model_id, seq, kind);
CREATE INDEX ledger_by_row ON ledger (row_key, seq) WHERE row_key IS NOT NULL;
CREATE INDEX ledger_by_target ON ledger (points_to) WHERE points_to IS NOT NULL;
CREATE INDEX ledger_by_time ON ledger (decided_at, seq);
CREATE INDEX ledger_by_action ON ledger (action, seq) WHERE action IS NOT NULL;
CREATE INDEX ledger_totals ON ledger (kind, segment_rows, settled_at, profit);

CREATE TABLE outcomes (
  seq INTEGER PRIMARY KEY,
  model_version_id TEXT,
  row_key TEXT NOT NULL,
  ledger_id TEXT,
  outcome TEXT NOT NULL,
  value REAL,
  source TEXT NOT NULL,
  observed_at INTEGER NOT NULL,
  known_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outcomes_by_row ON outcomes (row_key, seq);

CREATE TABLE feedback (
  id TEXT PRIMARY KEY,
  ledger_id TEXT,
  model_version_id TEXT,
  row_key TEXT,
  rating INTEGER,
  corrected_outcome TEXT,
  comment TEXT NOT NULL,
  actor TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  known_at INTEGER NOT NULL
) STRICT;
CREATE INDEX feedback_by_entry ON feedback (ledger_id);
`,
};
