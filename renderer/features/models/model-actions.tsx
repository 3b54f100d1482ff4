/** What can be done with a model wherever it is listed: rename, compare, download, delete with undo. */
import { Button, Group, Menu, Modal, TextInput } from '@mantine/core';
import { IconArrowsDiff, IconDownload, IconPencil, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { ModelSummary } from '../../../main/contract/models.ts';
import { client } from '../../client/client.ts';
import { saveBlob } from '../../client/save.ts';
import { useMessages } from '../../lib/locale.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { modelsMessages } from './messages.ts';
import { buildFileStem } from './snippets.ts';

type Named = Pick<ModelSummary, 'id' | 'name' | 'datasetId' | 'target'>;

/** Downloads a model's package as a file. */
export function useDownload() {
  const toasts = useToasts();
  return useMutation({
    mutationFn: async (model: Pick<ModelSummary, 'id' | 'name'>) => {
      saveBlob(await client.models.download({ id: model.id }), `${buildFileStem(model.name)}.augury-model`);
    },
    onError: toasts.failed,
  });
}

/** The menu of a model behind `target`. */
export function ModelMenu(props: {
  readonly model: Named;
  readonly target: ReactNode;
  readonly onDeleted?: () => void;
}) {
  const t = useMessages(modelsMessages);
  const toasts = useToasts();
  const navigate = useNavigate();
  const [renaming, setRenaming] = useState(false);
  const download = useDownload();
  const { model } = props;
  const remove = async () => {
    try {
      const { eventId } = await client.models.delete({ id: model.id });
      toasts.undoable(t('deleted', { name: model.name }), eventId);
      props.onDeleted?.();
    } catch (error) {
      toasts.failed(error);
    }
  };
  const { datasetId } = model;
  return (
    <>
      <Menu position="bottom-end" width={210}>
        <Menu.Target>{props.target}</Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setRenaming(true)}>
            {t('rename')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconArrowsDiff size={15} />}
            onClick={() => void navigate({ to: '/models/compare', search: { a: model.id } })}
          >
            {t('compareWith')}
          </Menu.Item>
          <Menu.Item leftSection={<IconDownload size={15} />} onClick={() => download.mutate(model)}>
            {t('download')}
          </Menu.Item>
          {datasetId === null ? null : (
            <Menu.Item
              leftSection={<IconRefresh size={15} />}
              onClick={() => void navigate({ to: '/train', search: { dataset: datasetId, target: model.target } })}
            >
              {t('retrain')}
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item leftSection={<IconTrash size={15} />} onClick={() => void remove()}>
            {t('delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={renaming} onClose={() => setRenaming(false)} title={t('renameTitle')}>
        <RenameForm model={model} onDone={() => setRenaming(false)} />
      </Modal>
    </>
  );
}

function RenameForm(props: { readonly model: Named; readonly onDone: () => void }) {
  const t = useMessages(modelsMessages);
  const toasts = useToasts();
  const { model, onDone } = props;
  const [name, setName] = useState(model.name);
  const rename = useMutation({
    mutationFn: () => client.models.rename({ id: model.id, name: name.trim() }),
    onSuccess: ({ eventId }) => {
      toasts.undoable(t('renamed', { name: model.name }), eventId);
      onDone();
    },
    onError: toasts.failed,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === model.name) onDone();
    else if (name.trim() !== '') rename.mutate();
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        label={t('renameLabel')}
        data-autofocus
        value={name}
        maxLength={200}
        error={name.trim() === '' ? t('renameEmpty') : null}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onDone}>
          {t('cancel')}
        </Button>
        <Button type="submit" loading={rename.isPending} disabled={name.trim() === ''}>
          {t('renameSave')}
        </Button>
      </Group>
    </form>
  );
}
