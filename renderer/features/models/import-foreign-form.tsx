/** What a model file of another library leaves open: its name, its target, its classes, and rows to check it against. */
import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { ImportOptions } from '../../../main/contract/model-import.ts';
import { useMessages } from '../../lib/locale.tsx';
import { FileIntake, type TakenFile } from '../../ui/file-intake.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { importMessages } from './import-messages.ts';
import classes from './models.module.css';

/** The form; `onImport` gets what was filled in. */
export function ImportForeignForm(props: {
  readonly file: TakenFile;
  readonly onOther: () => void;
  readonly onImport: (options: ImportOptions) => void;
}) {
  const t = useMessages(importMessages);
  const [name, setName] = useState(props.file.name.replace(/\.[^.]+$/, ''));
  const [target, setTarget] = useState('');
  const [labels, setLabels] = useState('');
  const [parity, setParity] = useState<TakenFile | null>(null);
  const [schema, setSchema] = useState<TakenFile | null>(null);
  const listed = labels
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');
  const lacksSchema = props.file.name.toLowerCase().endsWith('.onnx') && schema === null;
  const submit = () =>
    props.onImport({
      ...(name.trim() === '' ? {} : { name: name.trim() }),
      ...(target.trim() === '' ? {} : { target: target.trim() }),
      ...(listed.length < 2 ? {} : { classes: listed }),
      ...(parity === null ? {} : { parity: parity.source }),
      ...(schema === null ? {} : { schemaSource: schema.source }),
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!lacksSchema) submit();
      }}
    >
      <Stack gap="md">
        <Group justify="space-between" wrap="nowrap">
          <MiddleTruncate text={props.file.name} />
          <Button variant="default" size="xs" onClick={props.onOther}>
            {t('otherFile')}
          </Button>
        </Group>
        <TextInput label={t('name')} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput
          label={t('target')}
          description={t('targetHint')}
          value={target}
          onChange={(event) => setTarget(event.currentTarget.value)}
        />
        <TextInput
          label={t('classes')}
          description={t('classesHint')}
          value={labels}
          onChange={(event) => setLabels(event.currentTarget.value)}
        />
        <FileSlot
          label={t('parity')}
          hint={t('parityHint')}
          drop={t('parityDrop')}
          file={parity}
          purpose="data"
          onFile={setParity}
        />
        <FileSlot
          label={t('schema')}
          hint={t('schemaHint')}
          drop={t('schemaDrop')}
          file={schema}
          purpose="schema"
          onFile={setSchema}
        />
        <Group justify="flex-end">
          {lacksSchema ? <span className={classes.dimmed}>{t('needsSchema')}</span> : null}
          <Button type="submit" disabled={lacksSchema}>
            {t('import')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A file that may be given: the place to drop it, or its name with a way to take it back. */
function FileSlot(props: {
  readonly label: string;
  readonly hint: string;
  readonly drop: string;
  readonly file: TakenFile | null;
  readonly purpose: 'data' | 'schema';
  readonly onFile: (file: TakenFile | null) => void;
}) {
  const t = useMessages(importMessages);
  const { file } = props;
  return (
    <Input.Wrapper label={props.label} description={props.hint} labelElement="div">
      {file === null ? (
        <div className={classes.importSlot}>
          <FileIntake purpose={props.purpose} title={props.drop} onFile={props.onFile} />
        </div>
      ) : (
        <Group gap="xs" wrap="nowrap" mt={6}>
          <MiddleTruncate text={file.name} />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('remove', { name: file.name })}
            onClick={() => props.onFile(null)}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      )}
    </Input.Wrapper>
  );
}
