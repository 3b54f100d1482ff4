import { useMessages } from '../../lib/locale.tsx';
import { Page, PageHeader } from '../../ui/page.tsx';
import { homeMessages } from './messages.ts';

/** The page. */
export function HomePage() {
  const t = useMessages(homeMessages);
  return (
    <Page>
      <PageHeader title={t('nav')} />
    </Page>
  );
}
