import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Section } from '../../ui/page.tsx';
import { Facts } from '../../ui/stat.tsx';
import { settingsMessages } from './messages.ts';
import { parts } from './parts.ts';
import classes from './settings.module.css';

/** Version, licence and the parts this is built from. */
export function About() {
  const t = useMessages(settingsMessages);
  const format = useFormat();
  const health = useQuery(orpc.system.health.queryOptions({ input: {} }));
  return (
    <div className={classes.stack}>
      <p className={classes.lead}>{t('aboutText')}</p>
      <Facts
        items={[
          { label: t('version'), value: health.data?.version ?? '–' },
          { label: t('uptime'), value: health.data === undefined ? '–' : format.duration(health.data.uptimeSeconds) },
          { label: t('licence'), value: t('licenceMit') },
        ]}
      />
      <Section title={t('parts')} hint={t('partsHint')} plain>
        <DataTable
          label={t('parts')}
          rows={parts}
          rowKey={(part) => part.name}
          columns={[
            { key: 'name', header: t('partName'), render: (part) => part.name },
            { key: 'use', header: t('partUse'), render: (part) => t(`use_${part.use}`) },
            { key: 'licence', header: t('partLicence'), render: (part) => part.licence },
          ]}
        />
      </Section>
    </div>
  );
}
