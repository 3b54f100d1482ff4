/** Decide for models without a yes or no: says why there is no profit curve and shows what matters instead. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import { SkeletonChart, SkeletonStats } from '../../ui/states.tsx';
import { decideMessages } from './decide-messages.ts';
import classes from './models.module.css';
import { ClassQuality } from './quality-classes.tsx';
import { NumberQuality } from './quality-numbers.tsx';
import { QualityHead } from './quality-tab.tsx';

import { JudgedView } from './unjudged.tsx';

const route = getRouteApi('/models/$modelId');

/** The Decide tab of a multiclass or regression model. */
export function DecideOther(props: { readonly model: ModelDetail }) {
  const t = useMessages(decideMessages);
  const navigate = route.useNavigate();
  const { model } = props;
  const query = useQuery(orpc.models.quality.queryOptions({ input: { id: model.id } }));
  return (
    <>
      <div className={classes.verdict}>
        <Notice
          tone="info"
          title={t('notBinaryTitle')}
          actions={
            <Button
              size="xs"
              variant="default"
              onClick={() => void navigate({ search: (old) => ({ ...old, tab: 'quality' }) })}
            >
              {t('toQuality')}
            </Button>
          }
        >
          {model.task === 'multiclass'
            ? t('notBinaryMulticlass', { count: model.classes.length, target: model.target })
            : t('notBinaryRegression', { target: model.target })}
        </Notice>
      </div>
      <JudgedView
        query={query}
        skeleton={
          <>
            <SkeletonStats />
            <SkeletonChart height={300} />
          </>
        }
      >
        {(quality) => (
          <>
            <QualityHead model={model} quality={quality} />
            {model.task === 'multiclass' ? <ClassQuality quality={quality} /> : <NumberQuality quality={quality} />}
          </>
        )}
      </JudgedView>
    </>
  );
}
