import { useMessages } from '../../lib/locale.tsx';
import { Page, PageHeader } from '../../ui/page.tsx';
import { settingsMessages } from './messages.ts';

/** The page. */
export function SettingsPage() {
  const t = useMessages(settingsMessages);
  return (
    <Page>
      <PageHeader title={t('nav')} />
    </Page>
  );
}
