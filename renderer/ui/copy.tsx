/** Copying: a button that confirms, and a block of text with one. */
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { copyText } from '../client/save.ts';
import { useMessages } from '../lib/locale.tsx';
import { uiMessages } from './messages.ts';
import classes from './text.module.css';

function useCopied(text: string) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return { copied, copy: () => void copyText(text).then(setCopied) };
}

/** Copies `text` when pressed and says so. */
export function CopyButton(props: { readonly text: string; readonly label?: string }) {
  const t = useMessages(uiMessages);
  const { copied, copy } = useCopied(props.text);
  const icon = copied ? <IconCheck size={14} /> : <IconCopy size={14} />;
  return (
    <Button size="xs" variant="default" leftSection={icon} onClick={copy}>
      {copied ? t('copied') : (props.label ?? t('copy'))}
    </Button>
  );
}

/** Text to copy as it stands: a command, a snippet. */
export function CodeBlock(props: { readonly code: string; readonly label: string }) {
  const t = useMessages(uiMessages);
  const { copied, copy } = useCopied(props.code);
  return (
    <div className={classes.code}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long code scrolls and must be reachable by keyboard */}
      <section tabIndex={0} aria-label={props.label}>
        {props.code}
      </section>
      <Tooltip label={copied ? t('copied') : t('copy')}>
        <ActionIcon
          className={classes.codeCopy ?? ''}
          variant="subtle"
          color="gray"
          aria-label={t('copy')}
          onClick={copy}
        >
          {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
