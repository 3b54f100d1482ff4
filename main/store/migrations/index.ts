import { record } from './0010-record.ts';
import { datasets } from './0020-datasets.ts';
import { jobs } from './0030-jobs.ts';
import { models } from './0040-models.ts';
import { ledger } from './0050-ledger.ts';
import { features } from './0060-features.ts';
import type { Migration } from './migration.ts';

/** All steps in order. A released step is never edited; a change is a new number. */
export const migrations: readonly Migration[] = [record, datasets, jobs, models, ledger, features];
