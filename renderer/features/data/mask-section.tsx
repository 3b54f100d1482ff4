import { Button, Checkbox, Drawer, Group, SegmentedControl } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { DatasetDetail, Finding } from '../../../main/contract/datasets.ts';
import type { DependentAction, MaskResult } from '../../../main/contract/masking.ts';
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
  const { columns, erased, dependents, elsewhere } = props.result;
  return (
    <div className={classes.stack}>
      <p className={classes.line}>
        {t('storedDone', { columns: columns.length, versions: erased.versions.length, files: erased.files })}
      </p>
      {dependents.map(({ id, name, action }) => (
        <p key={id} className={classes.line}>
          {t('dependentDone', { name, action: t(`dependent_${action}`) })}
        </p>
      ))}
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
  const plan = useQuery(orpc.datasets.erasure.queryOptions({ input: { id: dataset.id } }));
  const [fates, setFates] = useState<Readonly<Record<string, DependentAction>>>({});
  const dependents = (plan.data?.dependents ?? []).map(({ offers: [best = 'keep', ...rest], ...each }) => ({
    ...each,
    offers: [best, ...rest],
    // What can only be deleted is deleted when a person says so
    action: fates[each.id] ?? (best === 'delete' ? 'keep' : best),
  }));
  const [confirmed, setConfirmed] = useState(false);
  const [jobId, setJobId] = useState('');
  const job = useJob(jobId);
  const start = useMutation({
    mutationFn: () =>
      client.datasets.mask({
        id: dataset.id,
        privacy: { columns: { ...chosen }, found: 'keep' },
        dependents: Object.fromEntries(dependents.map(({ id, action }) => [id, action])),
        confirm: true,
      }),
    onSuccess: (started) => setJobId(started.jobId),
  });
  const succeeded = job.data?.state === 'succeeded';
  useEffect(() => {
    if (!succeeded) return;
    void queryClient.invalidateQueries({ queryKey: orpc.datasets.key() });
    void queryClient.invalidateQueries({ queryKey: orpc.models.key() });
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
      {dependents.length === 0 ? null : (
        <Section title={t('dependents')} hint={t('dependentsHint')} plain>
          <ul className={importClasses.privacy}>
            {dependents.map(({ id, name, why, offers, action }) => (
              <li key={id}>
                <SegmentedControl
                  size="xs"
                  aria-label={t('dependentFor', { name })}
                  data={offers.map((value) => ({ value, label: t(`dependent_${value}`) }))}
                  value={action}
                  onChange={(value) => setFates({ ...fates, [id]: offers.find((offer) => offer === value) ?? 'keep' })}
                />
                <div className={importClasses.privacyOf}>
                  <b>{name}</b>
                  <p className={importClasses.privacyWhy}>{why}</p>
                </div>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {plan.error === null ? null : <ProblemView title={t('storedFailed')} problem={toProblem(plan.error)} />}
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
        <Button
          color="red"
          loading={running}
          disabled={!confirmed || plan.data === undefined}
          onClick={() => start.mutate()}
        >
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
