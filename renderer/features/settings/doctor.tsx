import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Badge, ToneIcon } from '../../ui/badges.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryView, SkeletonRows } from '../../ui/states.tsx';
import { settingsMessages } from './messages.ts';

/** Checks of the installation and the workspace, with what to do about each failure. */
export function Doctor() {
  const t = useMessages(settingsMessages);
  const doctor = useQuery(orpc.system.doctor.queryOptions({ input: {}, staleTime: 0 }));
  return (
    <QueryView
      query={doctor}
      skeleton={
        <div role="status">
          {t('doctorRunning')}
          <SkeletonRows />
        </div>
      }
    >
      {({ checks }) => {
        const bad = checks.filter((check) => !check.ok).length;
        return (
          <Section
            title={bad === 0 ? t('doctorOk', { count: checks.length }) : t('doctorBad', { bad, count: checks.length })}
            actions={
              <Button size="xs" variant="default" loading={doctor.isFetching} onClick={() => void doctor.refetch()}>
                {t('doctorRun')}
              </Button>
            }
            plain
          >
            <DataTable
              label={t('tab_doctor')}
              rows={[...checks].sort((a, b) => Number(a.ok) - Number(b.ok))}
              rowKey={(check) => check.name}
              columns={[
                {
                  key: 'result',
                  header: t('checkResult'),
                  width: 100,
                  render: (check) => (
                    <Badge
                      tone={check.ok ? 'good' : 'bad'}
                      icon={<ToneIcon tone={check.ok ? 'good' : 'bad'} size={13} />}
                    >
                      {check.ok ? t('doctorPassed') : t('doctorFailed')}
                    </Badge>
                  ),
                },
                { key: 'name', header: t('checkName'), render: (check) => check.name },
                { key: 'detail', header: t('checkDetail'), wrap: true, render: (check) => check.detail },
                { key: 'hint', header: t('checkHintColumn'), wrap: true, render: (check) => check.hint || '–' },
              ]}
            />
          </Section>
        );
      }}
    </QueryView>
  );
}
