/** The address of the jobs page. */
import { choiceParam, type RawSearch, textParam } from '../../lib/search-params.ts';

/** Which jobs are shown and which one is open. */
export type JobsSearch = {
  readonly show?: 'active' | 'done' | 'failed' | undefined;
  readonly kind?: JobKind | undefined;
  readonly job?: string | undefined;
};

/** Kinds of jobs, as the contract names them. */
export type JobKind = (typeof jobKinds)[number];
export const jobKinds = [
  'import',
  'profile',
  'train',
  'score',
  'evaluate',
  'explain',
  'export',
  'query',
  'clean',
  'mask',
  'features',
  'import-model',
] as const;

/** Reads the address; what does not fit is left out. */
export function readJobsSearch(raw: RawSearch): JobsSearch {
  return {
    show: choiceParam(raw.show, ['active', 'done', 'failed'] as const),
    kind: choiceParam(raw.kind, jobKinds),
    job: textParam(raw.job),
  };
}
