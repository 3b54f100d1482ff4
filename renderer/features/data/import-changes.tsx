/** What differs from the last import under the same name, told before anything is stored. */
import type { ImportAlarm } from '../../../main/contract/import-alarms.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Section } from '../../ui/page.tsx';
import { importMessages } from './import-messages.ts';
import type { Preview } from './import-types.ts';

/** Nothing is shown for a first import; an import that changed nothing says whose readings it goes on with. */
export function ImportChanges(props: { readonly found: Preview; readonly accepted: boolean }) {
  const t = useMessages(importMessages);
  const format = useFormat();
  const { alarms, previous } = props.found;
  if (previous === null) return null;
  const version = format.integer(previous.version);
  const what = ({ kind, column }: ImportAlarm): string =>
    column === null ? t(`what_${kind}`) : t(`what_${kind}`, { column });
  return (
    <>
      {props.accepted ? <Notice tone="warn">{t('accepted')}</Notice> : null}
      {alarms.length === 0 ? (
        props.accepted ? null : (
          <Notice tone="info">{t('sameAsBefore', { name: previous.name, version })}</Notice>
        )
      ) : (
        <Section
          title={t('changes', { count: alarms.length })}
          hint={t('changesHint', { name: previous.name, version })}
          plain
        >
          <DataTable
            label={t('changesTable')}
            maxHeight={220}
            rows={alarms}
            rowKey={({ kind, column }) => `${kind} ${column ?? ''}`}
            columns={[
              { key: 'what', header: t('changeWhat'), fluid: true, render: what },
              { key: 'was', header: t('changeWas'), render: ({ was }) => was ?? '–' },
              { key: 'is', header: t('changeIs'), render: ({ is }) => is ?? '–' },
            ]}
          />
        </Section>
      )}
    </>
  );
}
