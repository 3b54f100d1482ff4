import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { client, orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Section } from '../../ui/page.tsx';
import { Facts } from '../../ui/stat.tsx';
import { ErrorState, QueryView, SkeletonRows } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { settingsMessages } from './messages.ts';
import { SettingRow } from './setting-row.tsx';
import classes from './settings.module.css';

function Cache() {
  const t = useMessages(settingsMessages);
  const toasts = useToasts();
  const stats = useQuery(orpc.predictions.cacheStats.queryOptions({ input: {} }));
  const clear = () =>
    void client.predictions
      .clearCache({})
      .then(async ({ cleared }) => {
        toasts.told(t('cacheCleared', { count: cleared }));
        await stats.refetch();
      })
      .catch(toasts.failed);
  const figures = stats.data === undefined ? '' : t('cacheStats', stats.data);
  return (
    <SettingRow
      label={t('cache')}
      hint={
        <>
          {t('cacheHint')} {figures}
        </>
      }
    >
      <Button variant="default" onClick={clear}>
        {t('cacheClear')}
      </Button>
    </SettingRow>
  );
}

function Ledger() {
  const t = useMessages(settingsMessages);
  const verify = useMutation(orpc.decisions.verify.mutationOptions());
  const result = verify.data;
  return (
    <>
      <SettingRow label={t('ledger')} hint={t('ledgerHint')}>
        <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate({})}>
          {t('ledgerVerify')}
        </Button>
      </SettingRow>
      {verify.isError ? <ErrorState error={verify.error} /> : null}
      {result === undefined ? null : result.ok ? (
        <Notice tone="good">{t('ledgerOk', { count: result.entries })}</Notice>
      ) : (
        <Notice tone="bad">
          {t('ledgerBroken', { id: result.firstBroken?.id ?? '', reason: result.firstBroken?.reason ?? '' })}
        </Notice>
      )}
    </>
  );
}

/** Where the workspace lives, its quota, its cache and its ledger. */
export function Workspace() {
  const t = useMessages(settingsMessages);
  const format = useFormat();
  const current = useQuery(orpc.workspaces.current.queryOptions({ input: {} }));
  return (
    <div className={classes.stack}>
      <QueryView query={current} skeleton={<SkeletonRows rows={4} />}>
        {(data) => (
          <Facts
            items={[
              { label: t('workspaceName'), value: data.name },
              { label: t('workspacePath'), value: <MiddleTruncate text={data.path} tail={24} /> },
              { label: t('workspaceCreated'), value: format.dateTime(data.createdAt) },
              { label: t('workspaceSize'), value: data.bytes === null ? '–' : format.bytes(data.bytes) },
              { label: t('workspaceId'), value: <span className="mono">{data.id}</span> },
              {
                label: t('quota'),
                value:
                  data.quota.cores === null && data.quota.memoryBytes === null
                    ? t('quotaNone')
                    : t('quotaValue', {
                        cores: data.quota.cores ?? 0,
                        memory:
                          data.quota.memoryBytes === null ? t('quotaAnyMemory') : format.bytes(data.quota.memoryBytes),
                      }),
              },
            ]}
          />
        )}
      </QueryView>
      <Section>
        <div className={classes.form}>
          <Cache />
          <Ledger />
        </div>
      </Section>
    </div>
  );
}
