/** Taking a file in: drop it, choose it, or paste a table. The host gets a path, or the bytes in chunks with progress. */
import { Button, Group, Modal, Textarea } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconFileUpload } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import type { OpenPurpose } from '../../main/contract/bridge.ts';
import type { Source } from '../../main/contract/common.ts';
import { findBridge } from '../client/bridge.ts';
import { sourceOfFile } from '../client/upload.ts';
import { useFormat, useMessages } from '../lib/locale.tsx';
import classes from './file-intake.module.css';
import { uiMessages } from './messages.ts';
import { MiddleTruncate } from './middle-truncate.tsx';
import { useToasts } from './toast.tsx';

/** A file the host can read now. */
export type TakenFile = { readonly source: Exclude<Source, { datasetId: string }>; readonly name: string };

type Sending = { readonly name: string; readonly bytes: number; readonly fraction: number };

const baseName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

function PasteDialog(props: {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onText: (text: string) => void;
}) {
  const t = useMessages(uiMessages);
  const [text, setText] = useState('');
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={t('pasteTitle')} size="lg">
      <Textarea
        data-autofocus
        label={t('pasteLabel')}
        description={t('pasteHint')}
        value={text}
        minRows={12}
        maxRows={20}
        autosize
        classNames={{ input: 'mono' }}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group justify="flex-end" mt="md">
        <Button
          disabled={text.trim() === ''}
          onClick={() => {
            props.onText(text);
            setText('');
          }}
        >
          {t('pasteUse')}
        </Button>
      </Group>
    </Modal>
  );
}

/** The drop zone with its buttons. `paste` offers to paste a table; `onFile` gets what the host can read. */
export function FileIntake(props: {
  readonly onFile: (file: TakenFile) => void;
  readonly purpose?: OpenPurpose;
  readonly title?: string;
  readonly hint?: string;
  readonly paste?: boolean;
  readonly actions?: ReactNode;
}) {
  const t = useMessages(uiMessages);
  const format = useFormat();
  const toasts = useToasts();
  const openBrowser = useRef<() => void>(null);
  const abort = useRef<AbortController>(null);
  const [sending, setSending] = useState<Sending | null>(null);
  const [pasting, setPasting] = useState(false);
  const take = async (file: File): Promise<void> => {
    const control = new AbortController();
    abort.current = control;
    const report = (fraction: number) => setSending({ name: file.name, bytes: file.size, fraction });
    report(0);
    try {
      const source = await sourceOfFile(file, report, control.signal);
      if (!('datasetId' in source)) props.onFile({ source, name: file.name });
    } catch (error) {
      if (!control.signal.aborted) toasts.failed(error);
    } finally {
      setSending(null);
    }
  };
  const choose = async (): Promise<void> => {
    const bridge = findBridge();
    if (bridge === null) return openBrowser.current?.();
    const path = await bridge.openDialog(props.purpose ?? 'data');
    if (path !== null) props.onFile({ source: { path }, name: baseName(path) });
  };
  const pasted = (text: string) => {
    setPasting(false);
    void take(new File([text], t('pasteName'), { type: 'text/csv' }));
  };
  return (
    <>
      <Dropzone
        onDrop={(files) => {
          const first = files[0];
          if (first !== undefined) void take(first);
        }}
        openRef={openBrowser}
        multiple={false}
        activateOnClick={false}
        disabled={sending !== null}
        className={classes.zone ?? ''}
        unstyled
        inputProps={{ 'aria-label': props.title ?? t('dropHere') }}
        tabIndex={-1}
      >
        <div className={classes.inner}>
          <IconFileUpload size={26} stroke={1.4} aria-hidden />
          {sending === null ? (
            <>
              <div className={classes.words}>
                <div className={classes.title}>{props.title ?? t('dropHere')}</div>
                <div className={classes.hint}>{props.hint}</div>
              </div>
              <div className={classes.buttons}>
                {props.actions}
                {props.paste === true ? (
                  <Button variant="default" onClick={() => setPasting(true)}>
                    {t('pasteOpen')}
                  </Button>
                ) : null}
                <Button onClick={() => void choose().catch(toasts.failed)}>{t('dropChoose')}</Button>
              </div>
            </>
          ) : (
            <>
              <div className={classes.words} role="status">
                <MiddleTruncate text={sending.name} />
                <div className={classes.hint}>
                  {t('sendingOf', { done: format.percent(sending.fraction, 0), total: format.bytes(sending.bytes) })}
                </div>
                <div className={classes.track}>
                  <div style={{ width: `${sending.fraction * 100}%` }} />
                </div>
              </div>
              <Button variant="default" onClick={() => abort.current?.abort()}>
                {t('cancel')}
              </Button>
            </>
          )}
        </div>
      </Dropzone>
      <PasteDialog opened={pasting} onClose={() => setPasting(false)} onText={pasted} />
    </>
  );
}
