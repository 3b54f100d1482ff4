import { Button, Checkbox, Drawer, Group, SegmentedControl } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { DatasetDetail, Finding } from '../../../main/contract/datasets.ts';
import type { MaskResult } from '../../../main/contract/masking.ts';
import type { PrivacyAction } from '../../../main/contract/privacy.ts';
import { client, orpc, queryClient } from '../../client/client.ts';
import { isActive, useJob } from '../../client/jobs.ts';
import { jobProblem, toProblem } from '../../client/problem.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import { JobProgress } from '../../ui/job-progress.tsx';
import { Section } from '../../ui/page.tsx';
import { ProblemView } from '../../ui/states.tsx';
import importClasses from './import.module.css';
import { piiMessages } from './pii-messages.ts';
import classes from './quality.module.css';

const actions: readonly PrivacyAction[] = ['mask', 'hash', 'drop', 'keep'];

/** What became of it: what is erased, and where values may still be. */
function Done(props: { readonly result: MaskResult; readonly onClose: () => void }) {
  const t = useMessages(piiMessages);
  const { columns, erased, elsewhere } = props.result;
  return (
    <div className={classes.stack}>
      <p className={classes.line}>
        {t('storedDone', { columns: columns.length, versions: erased.versions.length, files: erased.files })}
      </p>
      {elsewhere.length === 0 ? null : (
        <Notice tone="warn">
          {t('storedElsewhere')}: {elsewhere.map(({ name, why }) => `${name} – ${why}`).join(' ')}
        </Notice>
      )}
      <Group justify="flex-end">
        <Button onClick={props.onClose}>{t('storedClose')}</Button>
      </Group>
    </div>
  );
}

function Body(props: {
  readonly dataset: DatasetDetail;
  readonly columns: readonly string[];
  readonly onClose: () => void;
}) {
  const t = useMessages(piiMessages);
  const { dataset, onClose } = props;
  // What was found at first: the list must not vanish when the covered version takes its place
  const [columns] = useState(props.columns);
  const [chosen, setChosen] = useState<Readonly<Record<string, PrivacyAction>>>(() =>
    Object.fromEntries(columns.map((column) => [column, 'mask' as const])),
  );
  const [confirmed, setConfirmed] = useState(false);
  const [jobId, setJobId] = useState('');
  const job = useJob(jobId);
  const start = useMutation({
    mutationFn: () =>
      client.datasets.mask({ id: dataset.id, privacy: { columns: { ...chosen }, found: 'keep' }, confirm: true }),
    onSuccess: (started) => setJobId(started.jobId),
  });
  const succeeded = job.data?.state === 'succeeded';
  useEffect(() => {
    if (succeeded) void queryClient.invalidateQueries({ queryKey: orpc.datasets.key() });
  }, [succeeded]);
  if (job.data !== undefined && succeeded) return <Done result={job.data.result as MaskResult} onClose={onClose} />;
  const running = start.isPending || (job.data !== undefined && isActive(job.data));
  const failed = job.data?.error ?? null;
  return (
    <div className={classes.stack}>
      <Notice tone="warn">{t('storedWarning')}</Notice>
      {columns.length === 0 ? <p className={classes.line}>{t('storedNone')}</p> : null}
      <ul className={importClasses.privacy}>
        {columns.map((column) => (
          <li key={column}>
            <SegmentedControl
              size="xs"
              aria-label={t('actionFor', { column })}
              data={actions.map((value) => ({ value, label: t(value) }))}
              value={chosen[column] ?? 'mask'}
              onChange={(value) =>
                setChosen({ ...chosen, [column]: actions.find((action) => action === value) ?? 'mask' })
              }
            />
            <b>{column}</b>
          </li>
        ))}
      </ul>
      <Checkbox
        label={t('storedConfirm')}
        checked={confirmed}
        onChange={(event) => setConfirmed(event.currentTarget.checked)}
      />
      {running && job.data !== undefined ? <JobProgress job={job.data} hideTitle /> : null}
      {failed === null ? null : <ProblemView title={t('storedFailed')} problem={jobProblem(failed)} />}
      {start.error === null ? null : <ProblemView title={t('storedFailed')} problem={toProblem(start.error)} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('storedClose')}
        </Button>
        <Button color="red" loading={running} disabled={!confirmed} onClick={() => start.mutate()}>
          {t('storedStart')}
        </Button>
      </Group>
    </div>
  );
}

/** The way to cover personal data of a stored data set, with a plain warning that it erases what came before. */
export function MaskSection(props: { readonly dataset: DatasetDetail; readonly findings: readonly Finding[] }) {
  const t = useMessages(piiMessages);
  const [open, setOpen] = useState(false);
  const columns = props.findings.flatMap(({ kind, column }) => (kind === 'pii' && column !== null ? [column] : []));
  return (
    <Section
      title={t('storedTitle')}
      hint={t('storedHint')}
      actions={
        <Button size="compact-xs" variant="default" onClick={() => setOpen(true)}>
          {t('storedOpen')}
        </Button>
      }
    >
      <p className={classes.line}>{t('storedFound', { count: columns.length })}</p>
      <Drawer
        opened={open}
        onClose={() => setOpen(false)}
        position="right"
        size={560}
        title={t('storedTitle')}
        closeButtonProps={{ 'aria-label': t('storedClose') }}
      >
        {open ? <Body dataset={props.dataset} columns={columns} onClose={() => setOpen(false)} /> : null}
      </Drawer>
    </Section>
  );
}
