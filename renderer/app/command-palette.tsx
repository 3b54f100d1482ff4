/** Ctrl/⌘ K: pages, data sets, models and actions in one list. */
import { useComputedColorScheme } from '@mantine/core';
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import {
  IconBrain,
  IconDatabase,
  IconFileImport,
  IconKeyboard,
  IconMoon,
  IconProgress,
  IconSearch,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type LinkProps, useNavigate } from '@tanstack/react-router';
import { orpc } from '../client/client.ts';
import { createTranslate, useFormat, useMessages } from '../lib/locale.tsx';
import { jobsDrawerSignal, shortcutsSignal } from '../state/frame.ts';
import { usePreferences } from '../state/preferences.ts';
import { appMessages } from './messages.ts';
import { navigation } from './routes.tsx';
import { useToggleTheme } from './settings-sync.ts';

/** The palette; opened by its shortcut or the box in the top bar. */
export function CommandPalette() {
  const t = useMessages(appMessages);
  const format = useFormat();
  const navigate = useNavigate();
  const scheme = useComputedColorScheme('light');
  const language = usePreferences((state) => state.language);
  const toggleTheme = useToggleTheme();
  const datasets = useQuery(orpc.datasets.list.queryOptions({ input: { limit: 200 } }));
  const models = useQuery(orpc.models.list.queryOptions({ input: { limit: 200 } }));
  const go = (address: string) => () => void navigate({ to: address as LinkProps['to'] });
  const groups: SpotlightActionGroupData[] = [
    {
      group: t('palettePages'),
      actions: navigation.map(({ to, icon: Icon, messages }) => ({
        id: `page-${String(to)}`,
        label: createTranslate(messages, language, format.locale)('nav'),
        leftSection: <Icon size={18} stroke={1.6} />,
        onClick: () => void navigate({ to }),
      })),
    },
    {
      group: t('paletteActions'),
      actions: [
        {
          id: 'import',
          label: t('actionImport'),
          leftSection: <IconFileImport size={18} stroke={1.6} />,
          onClick: go('/data/import'),
        },
        {
          id: 'theme',
          label: t('actionTheme'),
          leftSection: <IconMoon size={18} stroke={1.6} />,
          onClick: () => toggleTheme(scheme),
        },
        {
          id: 'jobs',
          label: t('actionJobs'),
          leftSection: <IconProgress size={18} stroke={1.6} />,
          onClick: () => jobsDrawerSignal.set(true),
        },
        {
          id: 'shortcuts',
          label: t('actionShortcuts'),
          leftSection: <IconKeyboard size={18} stroke={1.6} />,
          onClick: () => shortcutsSignal.set(true),
        },
      ],
    },
    {
      group: t('paletteDatasets'),
      actions: (datasets.data?.items ?? []).map((item) => ({
        id: item.id,
        label: item.name,
        leftSection: <IconDatabase size={18} stroke={1.6} />,
        onClick: go(`/data/${item.id}`),
      })),
    },
    {
      group: t('paletteModels'),
      actions: (models.data?.items ?? []).map((item) => ({
        id: item.id,
        label: item.name,
        leftSection: <IconBrain size={18} stroke={1.6} />,
        onClick: go(`/models/${item.id}`),
      })),
    },
  ];
  return (
    <Spotlight
      shortcut={null}
      actions={groups.filter((group) => group.actions.length > 0)}
      nothingFound={t('paletteNothing')}
      highlightQuery
      limit={20}
      maxHeight={420}
      yOffset={90}
      centered={false}
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      transitionProps={{ duration: 100 }}
      scrollable
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      attributes={{ content: { 'aria-label': t('paletteName') } }}
      searchProps={{
        leftSection: <IconSearch size={17} />,
        placeholder: t('palettePlaceholder'),
        'aria-label': t('palettePlaceholder'),
      }}
    />
  );
}
