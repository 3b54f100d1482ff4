import { Tooltip } from '@mantine/core';
import {
  IconCalendar,
  IconCalendarClock,
  IconDecimal,
  IconLetterCase,
  IconNumbers,
  type IconProps,
  IconToggleLeft,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { ColumnType } from '../../main/contract/common.ts';
import { useMessages } from '../lib/locale.tsx';
import { uiMessages } from './messages.ts';

const looks = {
  integer: ['typeInteger', IconNumbers],
  number: ['typeNumber', IconDecimal],
  boolean: ['typeBoolean', IconToggleLeft],
  date: ['typeDate', IconCalendar],
  datetime: ['typeDatetime', IconCalendarClock],
  text: ['typeText', IconLetterCase],
} as const satisfies Record<ColumnType, readonly [string, ComponentType<IconProps>]>;

/** A column's type as an icon with its word in the tooltip. */
export function TypeIcon(props: { readonly type: ColumnType; readonly size?: number }) {
  const t = useMessages(uiMessages);
  const [word, Icon] = looks[props.type];
  return (
    <Tooltip label={t(word)}>
      <Icon size={props.size ?? 15} stroke={1.6} color="var(--aug-dimmed)" role="img" aria-label={t(word)} />
    </Tooltip>
  );
}

/** A column's type as a word. */
export function useTypeWord(): (type: ColumnType) => string {
  const t = useMessages(uiMessages);
  return (type) => t(looks[type][0]);
}
