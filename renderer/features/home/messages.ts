import { defineMessages } from '../../lib/messages.ts';

/** Words of Home. */
export const homeMessages = defineMessages('home', { nav: 'Home' });
