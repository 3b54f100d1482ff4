/** The address of the settings. */
import { choiceParam, type RawSearch } from '../../lib/search-params.ts';

/** Parts of the settings. */
export const settingsTabs = ['appearance', 'machine', 'workspace', 'updates', 'doctor', 'about'] as const;
export type SettingsTab = (typeof settingsTabs)[number];

/** Which part is open. */
export type SettingsSearch = { readonly tab?: SettingsTab | undefined };

/** Reads the address; what does not fit is left out. */
export function readSettingsSearch(raw: RawSearch): SettingsSearch {
  return { tab: choiceParam(raw.tab, settingsTabs) };
}
