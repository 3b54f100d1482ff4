import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Page, PageHeader } from '../../ui/page.tsx';
import { SqlEditor, sqlName } from '../../ui/sql-editor.tsx';
import { EmptyState, ErrorState, QueryView, SkeletonRows } from '../../ui/states.tsx';
import { dataMessages } from './messages.ts';
import classes from './sql.module.css';
import { sqlMessages } from './sql-messages.ts';
import { SqlResult } from './sql-result.tsx';
import { SqlSave } from './sql-save.tsx';
import { SqlTables } from './sql-tables.tsx';
import { useSqlRun } from './use-sql-run.ts';

const route = getRouteApi('/data/sql');

/** Read-only queries over all data sets: tables on the left, the query, and what it gave as table or chart. */
export function SqlPage() {
  const t = useMessages(sqlMessages);
  const data = useMessages(dataMessages);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tables = useQuery(orpc.queries.tables.queryOptions({ input: {} }));
  const [text, setText] = useState(search.q ?? '');
  const [saving, setSaving] = useState(false);
  const query = useSqlRun();
  const run = (sql: string) => {
    if (sql.trim() === '' || query.running) return;
    void navigate({ search: (previous) => ({ ...previous, q: sql }) });
    query.run(sql);
  };
  const take = (next: string) => {
    setText(next);
    run(next);
  };
  return (
    <Page fill>
      <PageHeader title={t('title')} state={t('state')} crumbs={[{ label: data('title'), to: '/data' }]} />
      <QueryView query={tables} skeleton={<SkeletonRows rows={10} />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState
              title={t('noneTitle')}
              text={t('noneText')}
              actions={<LinkButton to="/data/import">{t('import')}</LinkButton>}
            />
          ) : (
            <div className={classes.layout}>
              <SqlTables
                tables={items}
                onTable={(name) => take(`SELECT * FROM ${sqlName(name)} LIMIT 100`)}
                onColumn={(name) => setText(`${text}${/[\s(,]$|^$/.test(text) ? '' : ' '}${sqlName(name)}`)}
              />
              <div className={classes.work}>
                <SqlEditor
                  label={t('editor')}
                  hint={t('hint')}
                  text={text}
                  tables={items}
                  onText={setText}
                  onRun={() => run(text)}
                />
                <div className={classes.runBar}>
                  <Button disabled={text.trim() === '' || query.running} onClick={() => run(text)}>
                    {t('run')}
                  </Button>
                  {query.running ? (
                    <Button variant="default" onClick={query.cancel}>
                      {t('cancel')}
                    </Button>
                  ) : null}
                  <span className={classes.dimmed} role="status">
                    {query.running
                      ? t('running')
                      : query.result === null
                        ? t('shortcut')
                        : t('resultLine', {
                            rows: query.result.rows.length,
                            more: query.result.more,
                            time: format.duration(query.result.seconds),
                          })}
                  </span>
                  <span className={classes.spacer} />
                  <Button variant="default" disabled={query.result === null} onClick={() => setSaving(true)}>
                    {t('save')}
                  </Button>
                </div>
                {query.error !== null ? (
                  <ErrorState error={query.error} title={t('failed')} />
                ) : query.result === null ? (
                  <EmptyState title={t('emptyTitle')} text={t('emptyText')} compact />
                ) : (
                  <SqlResult result={query.result} />
                )}
              </div>
            </div>
          )
        }
      </QueryView>
      <SqlSave sql={query.sql} opened={saving} onClose={() => setSaving(false)} />
    </Page>
  );
}
