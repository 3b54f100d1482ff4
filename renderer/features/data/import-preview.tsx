import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import type { Source } from '../../../main/contract/common.ts';
import { client, orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { tableName } from '../../lib/table-name.ts';
import { Notice } from '../../ui/badges.tsx';
import { Page, PageHeader, Section } from '../../ui/page.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import classes from './import.module.css';
import { ImportChanges } from './import-changes.tsx';
import { importMessages } from './import-messages.ts';
import { ImportOptions } from './import-options.tsx';
import { ImportPrivacy, PrivacyChoice } from './import-privacy.tsx';
import {
  differing,
  eachMember,
  importsOf,
  optionsOf,
  privacyOf,
  readingsOf,
  withAction,
  writePrivacy,
} from './import-request.ts';
import { ImportsLeft } from './imports-left.tsx';
import { dataMessages } from './messages.ts';
import { PreviewTable } from './preview-table.tsx';
import { ReadingInspector } from './reading-inspector.tsx';
import type { ImportSearch } from './search.ts';
import { membersLeft, startImports } from './start-imports.ts';

/** The head of the chosen file, how each column would be read, and the way to import it. */
export function ImportPreview(props: {
  readonly search: ImportSearch;
  readonly source: Source;
  readonly onChange: (next: Partial<ImportSearch>, replace?: boolean) => void;
  readonly onRestart: () => void;
}) {
  const t = useMessages(importMessages);
  const data = useMessages(dataMessages);
  const format = useFormat();
  const toasts = useToasts();
  const { search, source, onChange } = props;
  const options = optionsOf(search);
  const [named] = useDebouncedValue(search.name?.trim(), 300);
  const preview = useQuery(
    orpc.datasets.preview.queryOptions({
      input: { source, options, ...(named === undefined || named === '' ? {} : { name: named }) },
      placeholderData: keepPreviousData,
      retry: false,
    }),
  );
  const start = useMutation({
    mutationFn: (wanted: readonly Parameters<typeof client.datasets.import>[0][]) =>
      startImports(wanted, async (each) => (await client.datasets.import(each)).jobId),
  });
  const left = search.member === eachMember && start.data !== undefined ? membersLeft(start.data) : [];
  const found = preview.data;
  const second = search.second ?? [];
  const privacy = privacyOf(search);
  const setSecond = (column: string, on: boolean) => {
    const next = on ? [...new Set([...second, column])] : second.filter((each) => each !== column);
    onChange({ second: next.length > 0 ? next : undefined });
  };
  const isChanged = search.accept === true || (found?.alarms.length ?? 0) > 0;
  const submit = () => {
    if (found === undefined) return;
    const all = importsOf(search, found.members ?? [], (search.name ?? tableName(found.name)).trim());
    const wanted =
      left.length === 0 ? all : all.filter(({ options }) => left.some(({ member }) => member === options.member));
    start.mutate(
      wanted.map((each) => ({
        source,
        ...each,
        readings: all.length === 1 ? readingsOf(found.columns, second) : {},
        ...(Object.keys(privacy).length === 0 ? {} : { privacy: { columns: privacy, reuse: true } }),
        // What the head does not show is met in the import itself, which then stops to ask
        changes: isChanged ? 'accept' : 'stop',
      })),
      {
        onSuccess: (result) => {
          const [failed] = result.failed;
          if (failed === undefined) onChange({ job: result.jobs.at(-1), column: undefined }, false);
          else if (all.length === 1) toasts.failed(failed.error);
        },
      },
    );
  };
  const open = found?.columns.find((column) => column.name === search.column);
  const inspector =
    open === undefined ? null : (
      <ReadingInspector
        column={open}
        second={second.includes(open.name)}
        onSecond={(on) => setSecond(open.name, on)}
        onClose={() => onChange({ column: undefined })}
        privacy={
          <PrivacyChoice
            column={open.name}
            value={privacy[open.name]}
            onChange={(action) => onChange({ privacy: writePrivacy(withAction(privacy, open.name, action)) })}
          />
        }
      />
    );
  const name = search.name ?? found?.name ?? '';
  const state =
    found === undefined
      ? t('stateReading', { name })
      : t('statePreview', {
          name: found.name,
          bytes: format.bytes(found.bytes),
          columns: found.columns.length,
          rows: found.sampledRows,
        });
  const unclear = found === undefined ? [] : differing(found.columns);
  return (
    <Page fill inspector={inspector}>
      <PageHeader
        title={t('title')}
        state={preview.isError && found === undefined ? '' : state}
        crumbs={[{ label: data('title'), to: '/data' }]}
        actions={
          <>
            <Button variant="default" onClick={props.onRestart}>
              {t('another')}
            </Button>
            <Button disabled={found === undefined || preview.isError} loading={start.isPending} onClick={submit}>
              {t(isChanged ? 'startChanged' : 'start')}
            </Button>
          </>
        }
      />
      <div className={classes.fill}>
        <ImportOptions
          search={search}
          dialect={found?.dialect ?? null}
          parts={found?.parts ?? []}
          tables={found?.tables ?? []}
          members={found?.members ?? []}
          again={found?.again ?? {}}
          suggestedName={tableName(found?.name ?? '')}
          onChange={onChange}
        />
        {preview.isError ? (
          <ErrorState error={preview.error} title={t('failed')} onRetry={() => void preview.refetch()} />
        ) : found === undefined ? (
          <SkeletonRows rows={12} />
        ) : (
          <>
            <ImportsLeft started={start.data?.jobs.length ?? 0} failed={left} />
            <ImportChanges found={found} accepted={search.accept === true} />
            {unclear.length === 0 ? null : (
              <Notice tone="warn">
                {t('ambiguous', { count: unclear.length, columns: unclear.map((column) => column.name).join(', ') })}
              </Notice>
            )}
            {found.notes.length === 0 ? null : (
              <Section title={t('notes')} plain>
                <ul className={classes.notes}>
                  {found.notes.map((note) => (
                    <li key={note}>{note}</li>
                  ))}
                </ul>
              </Section>
            )}
            <ImportPrivacy
              found={found.pii}
              chosen={privacy}
              onChange={(chosen) => onChange({ privacy: writePrivacy(chosen) })}
            />
            <Section title={t('preview')} hint={t('previewHint')} plain>
              <PreviewTable
                preview={found}
                second={second}
                selected={search.column}
                onOpen={(column) => onChange({ column })}
                onSwitch={(column) => setSecond(column, !second.includes(column))}
              />
            </Section>
          </>
        )}
      </div>
    </Page>
  );
}
