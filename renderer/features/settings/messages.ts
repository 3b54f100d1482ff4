import { defineMessages } from '../../lib/messages.ts';

/** Words of the settings pages. */
export const settingsMessages = defineMessages('settings', { nav: 'Settings' });
