import { useMessages } from '../../lib/locale.tsx';
import { tableName } from '../../lib/table-name.ts';
import { FileIntake } from '../../ui/file-intake.tsx';
import { Page, PageHeader, Section } from '../../ui/page.tsx';
import classes from './import.module.css';
import { importMessages } from './import-messages.ts';
import { dataMessages } from './messages.ts';
import type { ImportSearch } from './search.ts';

/** Choosing what to import. */
export function ImportStart(props: { readonly onFile: (next: ImportSearch) => void }) {
  const t = useMessages(importMessages);
  const data = useMessages(dataMessages);
  return (
    <Page>
      <PageHeader title={t('title')} state={t('stateStart')} crumbs={[{ label: data('title'), to: '/data' }]} />
      <div className={classes.stack}>
        <FileIntake
          paste
          title={t('dropTitle')}
          hint={t('dropHint')}
          onFile={({ source, name }) =>
            props.onFile({
              ...('path' in source ? { path: source.path } : { upload: source.uploadId }),
              name: tableName(name),
            })
          }
        />
        <Section title={t('howTitle')} plain>
          <ol className={classes.how}>
            <li>{t('how1')}</li>
            <li>{t('how2')}</li>
            <li>{t('how3')}</li>
          </ol>
        </Section>
      </div>
    </Page>
  );
}
