import { Button, NumberInput, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProviderReport, Settings } from '../../../main/contract/system.ts';
import { client, orpc, queryClient } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Badge } from '../../ui/badges.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { Section } from '../../ui/page.tsx';
import { Facts } from '../../ui/stat.tsx';
import { QueryView, SkeletonRows } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { settingsMessages } from './messages.ts';
import { SettingRow } from './setting-row.tsx';
import classes from './settings.module.css';
import { useSettings } from './use-settings.ts';

const GB = 1e9;
const providers = ['auto', 'cpu', 'cuda', 'dml', 'coreml', 'webgpu'] as const;

function NumberSetting(props: {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  readonly suffix?: string;
  readonly onSave: (value: number) => void;
}) {
  const [text, setText] = useState<number | string>(props.value);
  const save = () => {
    const value = typeof text === 'number' ? text : Number(text);
    if (Number.isFinite(value) && value !== props.value) props.onSave(value);
  };
  return (
    <NumberInput
      w={140}
      aria-label={props.label}
      min={0}
      max={props.max}
      value={text}
      suffix={props.suffix ?? ''}
      onChange={setText}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') save();
      }}
    />
  );
}

function Limits(props: {
  readonly settings: Settings;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly onChange: (next: Partial<Settings>) => void;
}) {
  const t = useMessages(settingsMessages);
  const format = useFormat();
  const { settings, onChange } = props;
  return (
    <div className={classes.form}>
      <SettingRow label={t('threads')} hint={t('threadsHint', { cores: props.cores })}>
        <NumberSetting
          key={settings.threads}
          label={t('threads')}
          value={settings.threads}
          max={256}
          onSave={(threads) => onChange({ threads: Math.round(threads) })}
        />
      </SettingRow>
      <SettingRow label={t('memory')} hint={t('memoryHint', { limit: format.bytes(props.memoryBytes * 0.75) })}>
        <NumberSetting
          key={settings.memoryLimitBytes}
          label={t('memory')}
          value={settings.memoryLimitBytes / GB}
          max={4096}
          suffix={` ${t('memoryUnit')}`}
          onSave={(gigabytes) => onChange({ memoryLimitBytes: Math.round(gigabytes * GB) })}
        />
      </SettingRow>
      <SettingRow label={t('provider')} hint={t('providerHint')}>
        <Select
          w={180}
          aria-label={t('provider')}
          value={settings.provider}
          data={providers.map((value) => ({ value, label: value === 'auto' ? t('provider_auto') : value }))}
          onChange={(value) => onChange({ provider: providers.find((each) => each === value) ?? 'auto' })}
        />
      </SettingRow>
    </div>
  );
}

function useColumns(): readonly TableColumn<ProviderReport>[] {
  const t = useMessages(settingsMessages);
  const format = useFormat();
  return [
    { key: 'name', header: t('providerName'), render: (report) => <span className="mono">{report.name}</span> },
    {
      key: 'state',
      header: t('providerState'),
      render: (report) =>
        report.chosen ? (
          <Badge tone="good">{t('providerChosen')}</Badge>
        ) : report.available ? (
          <Badge tone="info">{t('providerAvailable')}</Badge>
        ) : (
          <Badge tone="neutral">{t('providerUnavailable')}</Badge>
        ),
    },
    {
      key: 'time',
      header: t('providerTime'),
      unit: 'ms',
      right: true,
      render: (report) =>
        report.milliseconds === null || !report.available ? '–' : format.significant(report.milliseconds, 3),
    },
    {
      key: 'difference',
      header: t('providerDifference'),
      right: true,
      render: (report) => (report.maxDifference === null ? '–' : format.significant(report.maxDifference, 2)),
    },
    {
      key: 'nodes',
      header: t('providerNodes'),
      right: true,
      render: ({ nodes }) =>
        nodes === null
          ? '–'
          : t('providerShare', {
              on: nodes.onProvider,
              total: nodes.total,
              share: format.percent(nodes.total > 0 ? nodes.onProvider / nodes.total : 0, 0),
            }),
    },
    {
      key: 'error',
      header: t('providerError'),
      wrap: true,
      render: (report) => <span className={classes.error}>{report.error ?? '–'}</span>,
    },
  ];
}

/** Cores, memory and providers, with the real words of those that do not work. */
export function Machine() {
  const t = useMessages(settingsMessages);
  const format = useFormat();
  const toasts = useToasts();
  const columns = useColumns();
  const [trying, setTrying] = useState(false);
  const { query, change } = useSettings();
  const options = orpc.system.machine.queryOptions({ input: {} });
  const machine = useQuery(options);
  const refresh = () => {
    setTrying(true);
    client.system
      .machine({ refresh: true })
      .then((fresh) => queryClient.setQueryData(options.queryKey, fresh))
      .catch(toasts.failed)
      .finally(() => setTrying(false));
  };
  return (
    <QueryView query={machine} skeleton={<SkeletonRows />}>
      {(data) => {
        const chosen = data.providers.filter((report) => report.chosen).map((report) => report.name);
        return (
          <div className={classes.stack}>
            <QueryView query={query} skeleton={<SkeletonRows rows={3} />}>
              {(settings) => (
                <Limits settings={settings} cores={data.cores} memoryBytes={data.memoryBytes} onChange={change} />
              )}
            </QueryView>
            <Section
              title={t('providers')}
              hint={t('providersHint')}
              actions={
                <Button size="xs" variant="default" loading={trying} onClick={refresh}>
                  {t('refresh')}
                </Button>
              }
              plain
            >
              <p className={classes.reading}>
                {t('providersReading', { count: chosen.length, chosen: chosen.join(', ') })}
              </p>
              <DataTable
                label={t('providers')}
                columns={columns}
                rows={data.providers}
                rowKey={(report) => report.name}
              />
            </Section>
            <Section title={t('facts')} plain>
              <Facts
                items={[
                  { label: t('platform'), value: data.platform },
                  { label: t('cores'), value: format.integer(data.cores) },
                  {
                    label: t('memoryTotal'),
                    value: t('memoryFree', {
                      free: format.bytes(data.freeMemoryBytes),
                      total: format.bytes(data.memoryBytes),
                    }),
                  },
                  { label: t('disk'), value: format.bytes(data.freeDiskBytes) },
                  { label: t('node'), value: data.nodeVersion },
                  { label: t('electron'), value: data.electronVersion ?? t('inBrowser') },
                ]}
              />
            </Section>
          </div>
        );
      }}
    </QueryView>
  );
}
