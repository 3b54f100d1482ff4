import type { PrivacyReceipt } from '../../../main/contract/privacy.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Badge } from '../../ui/badges.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Section } from '../../ui/page.tsx';
import classes from './data.module.css';
import { piiMessages } from './pii-messages.ts';

/** What an import did with personal data, column by column. */
export function ReceiptPrivacy(props: { readonly privacy: PrivacyReceipt }) {
  const t = useMessages(piiMessages);
  const format = useFormat();
  const { columns, rejectedMasked } = props.privacy;
  return (
    <Section title={t('title')}>
      <DataTable
        label={t('title')}
        rows={columns}
        rowKey={({ column }) => column}
        columns={[
          { key: 'column', header: t('column'), render: ({ column }) => column },
          { key: 'kind', header: t('kind'), render: ({ kind }) => (kind === null ? '–' : t(`kind_${kind}`)) },
          {
            key: 'action',
            header: t('action'),
            render: ({ action }) => <Badge tone={action === 'keep' ? 'warn' : 'good'}>{t(action)}</Badge>,
          },
          { key: 'cells', header: t('cells'), right: true, render: ({ cells }) => format.integer(cells) },
        ]}
      />
      {rejectedMasked === 0 ? null : <p className={classes.line}>{t('rejected', { count: rejectedMasked })}</p>}
    </Section>
  );
}
