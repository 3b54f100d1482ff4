import { defineMessages } from '../../lib/messages.ts';

/** Words of the pictures in the grid's headers. */
export const headerMessages = defineMessages('gridHeader', {
  summary: '{column}: {distinct} different values, {missing} missing',
});
