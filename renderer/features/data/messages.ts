import { defineMessages } from '../../lib/messages.ts';

/** Words of the data pages. */
export const dataMessages = defineMessages('data', { nav: 'Data' });
