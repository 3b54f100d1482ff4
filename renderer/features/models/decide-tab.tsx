/**
 * Decide: what right and wrong decisions are worth, and where to act. Amounts are edited as a draft; the curve follows
 * the draft at once, the model keeps it when it is saved. The threshold lives in the address.
 */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { DecisionCurve, Policy } from '../../../main/contract/decisions.ts';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { client, orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Column, Columns } from '../../ui/page.tsx';
import { ErrorState, SkeletonChart, SkeletonRows } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import classes from './decide.module.css';
import { decideMessages } from './decide-messages.ts';
import { DecideOther } from './decide-other.tsx';
import { OptionsTable } from './options-table.tsx';
import { OutcomeCounts } from './outcome-counts.tsx';
import { buildPolicyForm, isSamePolicy, type PolicyForm, readPolicy } from './policy-form.ts';
import { PolicyPanel } from './policy-panel.tsx';
import { ProfitCurve } from './profit-curve.tsx';

import { JudgedView } from './unjudged.tsx';

const route = getRouteApi('/models/$modelId');

/** The Decide tab. */
export function DecideTab(props: { readonly model: ModelDetail }) {
  const { model } = props;
  return model.task === 'binary' ? <DecideBinary model={model} /> : <DecideOther model={model} />;
}

function DecideBinary(props: { readonly model: ModelDetail }) {
  const { model } = props;
  const query = useQuery(orpc.decisions.curve.queryOptions({ input: { modelId: model.id } }));
  return (
    <JudgedView query={query} skeleton={<DecideSkeleton />}>
      {(saved) => <DecideView key={JSON.stringify(saved.policy)} model={model} saved={saved} />}
    </JudgedView>
  );
}

function DecideView(props: { readonly model: ModelDetail; readonly saved: DecisionCurve }) {
  const t = useMessages(decideMessages);
  const toasts = useToasts();
  const navigate = route.useNavigate();
  const search = route.useSearch();
  const { model, saved } = props;
  const [form, setForm] = useState(() => buildPolicyForm(saved.policy));
  const threshold = search.threshold ?? saved.policy.threshold;
  const [readable, setReadable] = useState<Policy>(saved.policy);
  const edit = (next: PolicyForm) => {
    setForm(next);
    setReadable((last) => readPolicy(next, null) ?? last);
  };
  const draft = useMemo<Policy>(() => ({ ...readable, threshold }), [readable, threshold]);
  const [asked] = useDebouncedValue(draft, 120);
  const query = useQuery(
    orpc.decisions.curve.queryOptions({
      input: { modelId: model.id, policy: asked },
      placeholderData: keepPreviousData,
    }),
  );
  const setThreshold = (value: number | undefined) =>
    void navigate({ search: (old) => ({ ...old, threshold: value }), replace: true, resetScroll: false });
  const save = useMutation({
    mutationFn: () => client.decisions.savePolicy({ modelId: model.id, policy: draft }),
    onSuccess: ({ eventId }) => {
      toasts.undoable(t('savedToast'), eventId);
      setThreshold(undefined);
    },
    onError: toasts.failed,
  });
  const isSaved = saved.policySaved && isSamePolicy(draft, saved.policy);
  const curve = query.data ?? saved;
  const stale = !isSamePolicy(draft, asked) || query.isPlaceholderData;
  const positive = model.positive ?? '';
  return (
    <Columns>
      <Column span={8}>
        {query.isError ? <ErrorState error={query.error} onRetry={() => void query.refetch()} /> : null}
        <ProfitCurve
          curve={curve}
          threshold={threshold ?? curve.best.threshold}
          isBest={threshold === null}
          onThreshold={setThreshold}
        />
        <div className={classes.fresh} data-stale={stale || undefined}>
          <OptionsTable curve={curve} />
          <OutcomeCounts curve={curve} positive={positive} />
        </div>
      </Column>
      <Column span={4}>
        <PolicyPanel
          form={form}
          onChange={edit}
          positive={positive}
          valueColumns={curve.valueColumns}
          state={isSaved ? 'saved' : saved.policySaved ? 'unsaved-saved' : 'unsaved-default'}
          saving={save.isPending}
          onSave={() => save.mutate()}
          onReset={() => {
            edit(buildPolicyForm(saved.policy));
            setThreshold(undefined);
          }}
        />
      </Column>
    </Columns>
  );
}

function DecideSkeleton() {
  return (
    <Columns>
      <Column span={8}>
        <SkeletonChart height={320} />
        <SkeletonRows rows={5} />
      </Column>
      <Column span={4}>
        <SkeletonRows rows={9} />
      </Column>
    </Columns>
  );
}
