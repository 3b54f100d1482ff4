/** Use: the package and snippets that carry the model's real names. */
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { CodeBlock } from '../../ui/copy.tsx';
import { Column, Columns, Section } from '../../ui/page.tsx';
import { Facts } from '../../ui/stat.tsx';
import { useDownload } from './model-actions.tsx';
import classes from './models.module.css';
import { buildCliSnippet, buildFileStem, buildHttpSnippet, buildPythonSnippet } from './snippets.ts';
import { useMessagesOfUse } from './use-messages.ts';

/** Where `augury serve` listens unless told otherwise; used where this page itself is not served over HTTP. */
const defaultOrigin = 'http://127.0.0.1:8787';

/** The Use tab. */
export function UseTab(props: { readonly model: ModelDetail }) {
  const t = useMessages(useMessagesOfUse);
  const format = useFormat();
  const download = useDownload();
  const workspace = useQuery(orpc.workspaces.current.queryOptions({ input: {} }));
  const { model } = props;
  const origin = window.location.protocol.startsWith('http') ? window.location.origin : defaultOrigin;
  return (
    <>
      <p className={classes.lead}>{t('lead')}</p>
      <Columns>
        <Column span={8}>
          <Section title={t('cli')} hint={t('cliHint')}>
            <CodeBlock code={buildCliSnippet(model)} label={t('cli')} />
          </Section>
          <Section title={t('python')} hint={t('pythonHint')}>
            <CodeBlock code={buildPythonSnippet(model)} label={t('python')} />
          </Section>
          <Section title={t('http')} hint={t('httpHint')}>
            <CodeBlock code={buildHttpSnippet(model, origin, workspace.data?.path ?? '')} label={t('http')} />
          </Section>
        </Column>
        <Column span={4}>
          <Section
            title={t('package')}
            actions={
              <Button
                size="xs"
                leftSection={<IconDownload size={15} />}
                loading={download.isPending}
                onClick={() => download.mutate(model)}
              >
                {t('download')}
              </Button>
            }
          >
            <Facts
              items={[
                { label: t('fileName'), value: `${buildFileStem(model.name)}.augury-model` },
                { label: t('size'), value: format.bytes(model.bytes) },
                { label: t('where'), value: <span className="mono">{model.packagePath}</span> },
                { label: t('sha'), value: <span className="mono">{model.card.packageSha256}</span> },
              ]}
            />
          </Section>
        </Column>
      </Columns>
    </>
  );
}
