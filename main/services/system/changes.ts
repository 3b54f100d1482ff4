/** Notices of what changed, from any door: made from the rows that commits wrote, at most ten a second and noun. */
import type { ChangeNotice } from '../../contract/system.ts';
import { createFeed, type Stream } from '../../jobs/throttled-feed.ts';
import type { Change, Db } from '../../store/db.ts';

const gapMs = 100;

const nouns: Readonly<Record<string, ChangeNotice['noun']>> = {
  datasets: 'datasets',
  dataset_versions: 'datasets',
  receipts: 'datasets',
  models: 'models',
  model_versions: 'models',
  policies: 'decisions',
  jobs: 'jobs',
  ledger: 'decisions',
  settings: 'settings',
  recipes: 'features',
  feature_sets: 'features',
  feature_materialisations: 'features',
};

/** Rows of these tables are parts of something else, whose id the notice cannot name. */
const parts = new Set(['dataset_versions', 'receipts', 'model_versions', 'settings', 'feature_materialisations']);

/** Streams notices until the signal ends it. */
export function watchChanges(db: Db, signal: AbortSignal | undefined): Stream<ChangeNotice> {
  let stop = (): void => {};
  const feed = createFeed<ChangeNotice>({ gapMs, monotonic: db.clock.monotonic, onClosed: () => stop(), signal });
  const tell = (changes: readonly Change[]): void => {
    for (const change of changes) {
      const noun = nouns[change.table];
      if (noun === undefined) continue;
      const id = parts.has(change.table) ? null : change.id;
      feed.offer(`${noun} ${id}`, { noun, id, at: db.clock.now() });
    }
  };
  if (signal?.aborted !== true) stop = db.onChange(tell);
  return feed;
}
