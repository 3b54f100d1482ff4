import { SegmentedControl, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { QueryView, SkeletonRows } from '../../ui/states.tsx';
import { settingsMessages } from './messages.ts';
import { SettingRow } from './setting-row.tsx';
import classes from './settings.module.css';
import { useSettings } from './use-settings.ts';

/** Whether and where to look for newer versions. */
export function Updates() {
  const t = useMessages(settingsMessages);
  const { query, change } = useSettings();
  const health = useQuery(orpc.system.health.queryOptions({ input: {} }));
  return (
    <QueryView query={query} skeleton={<SkeletonRows rows={3} />}>
      {(settings) => (
        <div className={classes.form}>
          <SettingRow label={t('version')}>
            <span className="mono">{health.data?.version}</span>
          </SettingRow>
          <SettingRow label={t('check')} hint={t('checkHint')}>
            <Switch
              aria-label={t('check')}
              checked={settings.updateCheck}
              onChange={(event) => change({ updateCheck: event.currentTarget.checked })}
            />
          </SettingRow>
          <SettingRow label={t('channel')} hint={t('channelHint')}>
            <SegmentedControl
              aria-label={t('channel')}
              value={settings.updateChannel}
              data={(['stable', 'beta'] as const).map((value) => ({ value, label: t(`channel_${value}`) }))}
              onChange={(value) => change({ updateChannel: value === 'beta' ? 'beta' : 'stable' })}
            />
          </SettingRow>
        </div>
      )}
    </QueryView>
  );
}
