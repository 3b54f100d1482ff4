/** Small shared inputs: a search box that waits for a pause in typing, and times told relative to now. */
import { CloseButton, TextInput, Tooltip } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useNow } from '../lib/clock.tsx';
import { useFormat, useMessages } from '../lib/locale.tsx';
import { uiMessages } from './messages.ts';

/** A search box. `onChange` is called 250 ms after the last key. */
export function SearchBox(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label?: string;
  readonly width?: number;
}) {
  const t = useMessages(uiMessages);
  const [text, setText] = useState(props.value);
  const send = useRef(props.onChange);
  send.current = props.onChange;
  useEffect(() => setText(props.value), [props.value]);
  useEffect(() => {
    if (text === props.value) return;
    const timer = setTimeout(() => send.current(text), 250);
    return () => clearTimeout(timer);
  }, [text, props.value]);
  const label = props.label ?? t('search');
  return (
    <TextInput
      w={props.width ?? 240}
      value={text}
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={15} />}
      rightSection={
        text === '' ? null : <CloseButton size="xs" aria-label={t('clearSearch')} onClick={() => setText('')} />
      }
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}

/** "3 minutes ago" with the exact time in the tooltip. */
export function RelativeTime(props: { readonly at: number }) {
  const format = useFormat();
  const now = useNow();
  return (
    <Tooltip label={format.dateTime(props.at)}>
      <time dateTime={new Date(props.at).toISOString()}>{format.relative(props.at, Math.max(now, props.at))}</time>
    </Tooltip>
  );
}
