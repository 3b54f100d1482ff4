import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { CleaningStep } from '../../../main/contract/cleaning.ts';
import type { DatasetDetail, Finding } from '../../../main/contract/datasets.ts';
import { orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import { EmptyState, QueryView, SkeletonRows } from '../../ui/states.tsx';
import { ChangeColumn } from './change-column.tsx';
import { CleanDrawer } from './clean-drawer.tsx';
import { FindingsGroup } from './findings-table.tsx';
import { MaskSection } from './mask-section.tsx';
import { orderFindings } from './order-findings.ts';
import classes from './quality.module.css';
import { qualityMessages } from './quality-messages.ts';
import { TargetCheck } from './target-check.tsx';
import { useProfile } from './use-profile.ts';

const severities = ['block', 'warn', 'info'] as const;

/** What may be wrong with the data: findings by severity, each with rows to look at and steps that mend it. */
export function QualityTab(props: {
  readonly dataset: DatasetDetail;
  /** Whether the version shown is the current one. */
  readonly isCurrent: boolean;
  readonly onColumn: (column: string) => void;
  readonly onRow: (row: number) => void;
}) {
  const t = useMessages(qualityMessages);
  const { dataset, isCurrent } = props;
  const [steps, setSteps] = useState<readonly CleaningStep[] | null>(null);
  const close = useCallback(() => setSteps(null), []);
  const profile = useProfile(dataset);
  const recipe = useQuery(orpc.datasets.recipe.queryOptions({ input: { id: dataset.id }, enabled: isCurrent }));
  const offered = recipe.data?.offered ?? [];
  const actions = { onColumn: props.onColumn, onRow: props.onRow, onFix: isCurrent ? setSteps : null };
  return (
    <div className={classes.stack}>
      {isCurrent ? null : <Notice tone="info">{t('oldVersion', { version: dataset.version })}</Notice>}
      {isCurrent && offered.length > 0 ? (
        <Notice
          tone="info"
          actions={
            <Button size="xs" variant="default" onClick={() => setSteps(offered)}>
              {t('offeredPreview')}
            </Button>
          }
        >
          {t('offered', { count: offered.length })}
        </Notice>
      ) : null}
      <QueryView query={profile} skeleton={<SkeletonRows />}>
        {({ findings }) => {
          if (findings.length === 0) return <EmptyState title={t('findingsNoneTitle')} text={t('findingsNoneText')} />;
          const of = (severity: Finding['severity']) => findings.filter((each) => each.severity === severity);
          return (
            <>
              <p className={classes.line}>
                {t('findingsLine', { block: of('block').length, warn: of('warn').length, info: of('info').length })}
              </p>
              {severities.map((severity) => (
                <FindingsGroup
                  key={severity}
                  severity={severity}
                  findings={orderFindings(of(severity))}
                  actions={actions}
                />
              ))}
            </>
          );
        }}
      </QueryView>
      {isCurrent ? <MaskSection dataset={dataset} findings={profile.data?.findings ?? []} /> : null}
      {isCurrent ? <ChangeColumn dataset={dataset} onPreview={setSteps} /> : null}
      <TargetCheck dataset={dataset} actions={actions} />
      <CleanDrawer dataset={dataset} steps={steps} onClose={close} />
    </div>
  );
}
