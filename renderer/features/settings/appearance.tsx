import { SegmentedControl, Select } from '@mantine/core';
import { useNow } from '../../lib/clock.tsx';
import { createFormat } from '../../lib/format.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { usePreferences } from '../../state/preferences.ts';
import { settingsMessages } from './messages.ts';
import { SettingRow } from './setting-row.tsx';
import classes from './settings.module.css';
import { useSettings } from './use-settings.ts';

const locales = [
  'en-GB',
  'en-US',
  'de-DE',
  'de-CH',
  'fr-FR',
  'es-ES',
  'it-IT',
  'nl-NL',
  'pl-PL',
  'pt-BR',
  'sv-SE',
  'ja-JP',
];
const themes = ['auto', 'light', 'dark'] as const;

/** Theme and number formats: shown at once, and kept in the workspace's settings like every other change. */
export function Appearance() {
  const t = useMessages(settingsMessages);
  const format = useFormat();
  const now = useNow();
  const { colorScheme, numberLocale, set } = usePreferences();
  const { change } = useSettings();
  const names = new Intl.DisplayNames(['en'], { type: 'language' });
  const system = createFormat('').locale;
  return (
    <div className={classes.form}>
      <SettingRow label={t('theme')} hint={t('themeHint')}>
        <SegmentedControl
          aria-label={t('theme')}
          value={colorScheme}
          data={themes.map((value) => ({ value, label: t(`theme_${value}`) }))}
          onChange={(value) => {
            const theme = themes.find((each) => each === value) ?? 'auto';
            set({ colorScheme: theme });
            change({ theme });
          }}
        />
      </SettingRow>
      <SettingRow
        label={t('locale')}
        hint={
          <>
            {t('localeHint')}
            <br />
            {t('localeExample', {
              number: format.number(1234567.891, 2),
              money: format.money(1849.5, 'EUR', 2),
              date: format.date(now),
            })}
          </>
        }
      >
        <Select
          w={240}
          aria-label={t('locale')}
          searchable
          value={numberLocale === '' ? 'system' : numberLocale}
          data={[
            { value: 'system', label: t('localeSystem', { locale: system }) },
            ...locales.map((value) => ({ value, label: names.of(value) ?? value })),
          ]}
          onChange={(value) => {
            const chosen = value === null || value === 'system' ? '' : value;
            set({ numberLocale: chosen });
            change({ numberLocale: chosen });
          }}
        />
      </SettingRow>
    </div>
  );
}
