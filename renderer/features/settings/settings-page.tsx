import { getRouteApi } from '@tanstack/react-router';
import { useMessages } from '../../lib/locale.tsx';
import { Page, PageHeader, PageTabs } from '../../ui/page.tsx';
import { About } from './about.tsx';
import { Appearance } from './appearance.tsx';
import { Doctor } from './doctor.tsx';
import { Machine } from './machine.tsx';
import { settingsMessages } from './messages.ts';
import { settingsTabs } from './search.ts';
import { Updates } from './updates.tsx';
import { Workspace } from './workspace.tsx';

const route = getRouteApi('/settings');

const views = {
  appearance: Appearance,
  machine: Machine,
  workspace: Workspace,
  updates: Updates,
  doctor: Doctor,
  about: About,
} as const;

/** The settings, part by part. */
export function SettingsPage() {
  const t = useMessages(settingsMessages);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tab = search.tab ?? 'appearance';
  const View = views[tab];
  return (
    <Page>
      <PageHeader title={t('title')} state={t(`state_${tab}`)} />
      <PageTabs
        label={t('tabs')}
        value={tab}
        onChange={(next) => void navigate({ search: { tab: next === 'appearance' ? undefined : next } })}
        tabs={settingsTabs.map((value) => ({ value, label: t(`tab_${value}`) }))}
      />
      <View />
    </Page>
  );
}
