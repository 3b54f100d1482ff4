import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Column, Columns, Page, PageHeader, Section } from '../../ui/page.tsx';
import { QueryView, SkeletonRows, SkeletonStats } from '../../ui/states.tsx';
import { Attention } from './attention.tsx';
import classes from './home.module.css';
import type { HomeData } from './home-data.ts';
import { homeMessages } from './messages.ts';
import { RecentDatasets, RecentJobs, RecentModels } from './recent.tsx';
import { StartHere } from './start-here.tsx';
import { ValueSoFar } from './value.tsx';

const isBlank = (home: HomeData): boolean =>
  home.counts.datasets + home.counts.models + home.attention.length + home.recentJobs.length === 0;

/** What needs attention, recent work, value so far; "start here" until the first decision can be made. */
export function HomePage() {
  const t = useMessages(homeMessages);
  const home = useQuery(orpc.workspaces.home.queryOptions({ input: {} }));
  const counts = home.data?.counts;
  const isNew = counts !== undefined && counts.models === 0;
  const state =
    counts === undefined ? '' : counts.datasets + counts.models === 0 ? t('stateEmpty') : t('stateLine', counts);
  const actions = isNew ? undefined : (
    <>
      <LinkButton variant="default" to="/data/import">
        {t('importFile')}
      </LinkButton>
      <LinkButton to="/train" variant={counts?.predictions === 0 ? 'default' : 'filled'}>
        {t('trainModel')}
      </LinkButton>
    </>
  );
  return (
    <Page>
      <PageHeader title={t('title')} state={state} actions={actions} />
      <QueryView
        query={home}
        skeleton={
          <>
            <SkeletonStats />
            <div className={classes.gap} />
            <SkeletonRows rows={10} />
          </>
        }
      >
        {(data) => (
          <div className={classes.stack}>
            {data.counts.models === 0 || data.counts.predictions === 0 ? <StartHere home={data} /> : null}
            {isBlank(data) ? null : (
              <Columns>
                <Column span={8}>
                  <div className={classes.stack}>
                    <Section title={t('attention')}>
                      <Attention items={data.attention} />
                    </Section>
                    <Section title={t('recentModels')}>
                      <RecentModels models={data.recentModels} />
                    </Section>
                    <Section title={t('recentDatasets')}>
                      <RecentDatasets datasets={data.recentDatasets} />
                    </Section>
                  </div>
                </Column>
                <Column span={4}>
                  <div className={classes.stack}>
                    <Section title={t('value')}>
                      <ValueSoFar value={data.value} />
                    </Section>
                    <Section title={t('recentJobs')}>
                      <RecentJobs jobs={data.recentJobs} />
                    </Section>
                  </div>
                </Column>
              </Columns>
            )}
          </div>
        )}
      </QueryView>
    </Page>
  );
}
