/** What a feature tells the rail about itself. */
import type { Icon } from '@tabler/icons-react';
import type { LinkProps } from '@tanstack/react-router';
import type { Catalogue } from './messages.ts';

/** One row of the rail. Its word is the message `nav` of the feature's catalogue. */
export type NavItem = {
  readonly to: LinkProps['to'];
  readonly icon: Icon;
  readonly messages: Catalogue<'nav'>;
  /** Second key of the "go to" shortcut: g then this key. */
  readonly goKey: string;
  readonly place: 'main' | 'foot';
};
