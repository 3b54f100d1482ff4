import { Button, TextInput } from '@mantine/core';
import { IconNotebook } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Cell } from '../../../main/contract/common.ts';
import { client } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { predictMessages } from './messages.ts';
import classes from './predict.module.css';

/** Writes the present row and answer into the ledger, with an optional key to settle it by later. */
export function RecordRow(props: { readonly modelId: string; readonly row: Record<string, Cell> }) {
  const t = useMessages(predictMessages);
  const toasts = useToasts();
  const [key, setKey] = useState('');
  const record = useMutation({
    mutationFn: () =>
      client.predictions.one({
        modelId: props.modelId,
        row: props.row,
        record: true,
        ...(key.trim() === '' ? {} : { rowKey: key.trim() }),
      }),
    onSuccess: ({ ledgerId }) => toasts.told(t('recorded', { id: ledgerId ?? '' })),
    onError: toasts.failed,
  });
  return (
    <div className={classes.record}>
      <TextInput
        flex={1}
        size="xs"
        aria-label={t('recordKey')}
        placeholder={t('recordKey')}
        title={t('recordKeyHint')}
        value={key}
        maxLength={500}
        onChange={(event) => setKey(event.currentTarget.value)}
      />
      <Button
        size="xs"
        variant="default"
        leftSection={<IconNotebook size={15} />}
        loading={record.isPending}
        onClick={() => record.mutate()}
      >
        {t('record')}
      </Button>
    </div>
  );
}
