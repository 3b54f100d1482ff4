/** What the edits change on unseen rows, every edit in words, and the button that saves them as a new version. */
import { Button } from '@mantine/core';
import { IconDeviceFloppy } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { CurveEdit, CurvePreview } from '../../../main/contract/curves.ts';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { client, queryClient } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { MetricName, useMetricFormat } from '../../ui/metric.tsx';
import { Section } from '../../ui/page.tsx';
import { Stat, StatRow } from '../../ui/stat.tsx';
import { useToasts } from '../../ui/toast.tsx';
import classes from './curves.module.css';
import { curvesMessages } from './curves-messages.ts';

/** The section below the curve. */
export function CurveEffect(props: {
  readonly model: ModelDetail;
  readonly edits: readonly CurveEdit[];
  readonly preview: CurvePreview | null;
  readonly onSaved: () => void;
}) {
  const t = useMessages(curvesMessages);
  const toasts = useToasts();
  const { model, edits, preview } = props;
  const save = useMutation({
    mutationFn: async () => {
      const made = await client.models.saveCurveEdit({ id: model.id, edits: [...edits] });
      const { eventId } = await client.models.activateVersion({ id: model.id, versionId: made.versionId });
      return { number: made.number, eventId };
    },
    onSuccess: async ({ number, eventId }) => {
      toasts.undoable(t('saved', { number, name: model.name }), eventId);
      props.onSaved();
      await queryClient.invalidateQueries();
    },
    onError: toasts.failed,
  });
  const change = preview?.change ?? null;
  return (
    <Section
      title={t('effect')}
      hint={change === null ? (preview?.reason ?? '') : t('effectHint', { rows: change.rows })}
      actions={
        <Button
          size="xs"
          leftSection={<IconDeviceFloppy size={15} />}
          disabled={edits.length === 0}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {t('save')}
        </Button>
      }
    >
      {edits.length === 0 ? <p className={classes.note}>{t('noEdits')}</p> : null}
      {change === null ? null : <Figures change={change} />}
      {preview === null ? null : (
        <ol className={classes.edits}>
          {preview.words.map((words, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: edits are a sequence
            <li key={index}>{words}</li>
          ))}
        </ol>
      )}
    </Section>
  );
}

function Figures(props: { readonly change: NonNullable<CurvePreview['change']> }) {
  const t = useMessages(curvesMessages);
  const format = useFormat();
  const write = useMetricFormat();
  const { change } = props;
  return (
    <StatRow>
      <Stat
        label={<MetricName metric={change.metric} />}
        value={write(change.metric, change.after)}
        hint={t('before', { value: write(change.metric, change.before) })}
      />
      {change.eceAfter === null || change.eceBefore === null ? null : (
        <Stat
          label={t('ece')}
          value={format.percent(change.eceAfter, 2)}
          hint={t('before', { value: format.percent(change.eceBefore, 2) })}
        />
      )}
      <Stat
        label={t('moved')}
        value={format.integer(change.movedRows)}
        hint={t('movedHint', { rows: format.integer(change.rows) })}
      />
    </StatRow>
  );
}
