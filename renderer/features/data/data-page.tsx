import { useMessages } from '../../lib/locale.tsx';
import { Page, PageHeader } from '../../ui/page.tsx';
import { dataMessages } from './messages.ts';

/** The page. */
export function DataPage() {
  const t = useMessages(dataMessages);
  return (
    <Page>
      <PageHeader title={t('nav')} />
    </Page>
  );
}
