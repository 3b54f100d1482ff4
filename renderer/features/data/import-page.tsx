import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import { forgetSource } from '../../client/upload.ts';
import { ImportJob } from './import-job.tsx';
import { ImportPreview } from './import-preview.tsx';
import { sourceOf } from './import-request.ts';
import { ImportStart } from './import-start.tsx';
import type { ImportSearch } from './search.ts';

const route = getRouteApi('/data/import');

/** Import in three steps, all of them in the address: choose, look, job with its receipt. */
export function ImportPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = useCallback(
    (next: Partial<ImportSearch>, replace = true) =>
      void navigate({ search: (previous) => ({ ...previous, ...next }), replace }),
    [navigate],
  );
  const source = sourceOf(search);
  const restart = () => {
    forgetSource(source);
    void navigate({ search: {} });
  };
  if (search.job !== undefined) {
    return (
      <ImportJob
        jobId={search.job}
        onPreview={source === null ? null : () => change({ job: undefined })}
        onAccept={source === null ? null : () => change({ job: undefined, accept: true })}
        onRestart={restart}
      />
    );
  }
  if (source === null) return <ImportStart onFile={(next) => change(next, false)} />;
  // Nothing of one file may be taken for another's
  const key = search.path ?? search.upload;
  return <ImportPreview key={key} search={search} source={source} onChange={change} onRestart={restart} />;
}
