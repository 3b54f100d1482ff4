import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconDownload, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { findBridge } from '../../client/bridge.ts';
import { client } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { RenameDialog } from '../../ui/rename-dialog.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { dataMessages } from './messages.ts';

type Format = 'csv' | 'xlsx' | 'parquet' | 'jsonl';

const formats = [
  ['csv', 'exportCsv'],
  ['xlsx', 'exportXlsx'],
  ['parquet', 'exportParquet'],
  ['jsonl', 'exportJsonl'],
] as const satisfies readonly (readonly [Format, string])[];

/** Rename, export and delete of one data set, behind one button. */
export function DatasetActions(props: {
  readonly dataset: { readonly id: string; readonly name: string };
  readonly version?: number;
  readonly onDeleted?: () => void;
}) {
  const t = useMessages(dataMessages);
  const toasts = useToasts();
  const [renaming, setRenaming] = useState(false);
  const { id, name } = props.dataset;
  const rename = async (next: string): Promise<void> => {
    setRenaming(false);
    const { eventId } = await client.datasets.rename({ id, name: next });
    toasts.undoable(t('renamed', { name: next }), eventId);
  };
  const remove = async (): Promise<void> => {
    const { eventId } = await client.datasets.delete({ id });
    toasts.undoable(t('deleted', { name }), eventId);
    props.onDeleted?.();
  };
  const write = async (format: Format): Promise<void> => {
    const file = `${name.replace(/\.(csv|tsv|txt|xlsx|jsonl?|parquet)(\.gz)?$/i, '')}.${format}`;
    const bridge = findBridge();
    const path = bridge === null ? null : await bridge.saveDialog('data', file);
    if (bridge !== null && path === null) return;
    const version = props.version === undefined ? {} : { version: props.version };
    await client.datasets.export({
      id,
      ...version,
      format,
      destination: path === null ? { download: file } : { path },
    });
    toasts.told(t('exportStarted'));
  };
  const attempt = (work: Promise<void>) => void work.catch(toasts.failed);
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('rowActions', { name })}
            onClick={(event) => event.stopPropagation()}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown onClick={(event) => event.stopPropagation()}>
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setRenaming(true)}>
            {t('rename')}
          </Menu.Item>
          {formats.map(([format, word]) => (
            <Menu.Item key={format} leftSection={<IconDownload size={15} />} onClick={() => attempt(write(format))}>
              {t(word)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconTrash size={15} />} color="red" onClick={() => attempt(remove())}>
            {t('delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <RenameDialog
        opened={renaming}
        name={name}
        onClose={() => setRenaming(false)}
        onName={(next) => attempt(rename(next))}
      />
    </>
  );
}
