import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { encodingNames } from '../../../main/contract/encodings.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import classes from './import.module.css';
import { importMessages } from './import-messages.ts';
import { Option, type Recall } from './import-option.tsx';
import { allMembers, eachMember } from './import-request.ts';
import { HeaderRows, TextSigns } from './import-signs.tsx';
import type { Dialect, Preview } from './import-types.ts';
import type { ImportSearch } from './search.ts';

/** How the bytes are read; each choice says what was found and can be overruled. */
export function ImportOptions(props: {
  readonly search: ImportSearch;
  readonly dialect: Dialect | null;
  readonly suggestedName: string;
  readonly parts: NonNullable<Preview['parts']>;
  readonly tables: NonNullable<Preview['tables']>;
  readonly members: NonNullable<Preview['members']>;
  readonly again: Preview['again'];
  readonly onChange: (next: Partial<ImportSearch>) => void;
}) {
  const t = useMessages(importMessages);
  const { search, dialect, onChange } = props;
  const format = useFormat();
  const recall: Recall = { again: props.again, detect: search.detect };
  const [range, setRange] = useState(search.range ?? '');
  const isText = dialect === null || dialect.format === 'csv';
  const delimiters = [
    { value: ',', label: t('comma') },
    { value: ';', label: t('semicolon') },
    { value: '\t', label: t('tab') },
    { value: '|', label: t('pipe') },
  ];
  const isSheet = dialect?.format === 'xlsx';
  const kind = dialect?.part?.kind;
  const orders = (['dmy', 'mdy', 'ymd'] as const).map((value) => ({ value, label: t(value) }));
  const found = dialect?.delimiter ?? null;
  return (
    <div className={classes.options}>
      <TextInput
        w={216}
        label={t('name')}
        value={search.name ?? props.suggestedName}
        disabled={search.member === eachMember}
        maxLength={200}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      {props.members.length < 2 ? null : (
        <Select
          w={280}
          label={t('member')}
          value={search.member ?? dialect?.member ?? null}
          data={[
            ...props.members.map(({ name, bytes, hidden }) => ({
              value: name,
              label: t('memberLabel', { name, bytes: format.bytes(bytes), hidden: hidden ? t('partHidden') : '' }),
            })),
            { value: allMembers, label: t('memberAll') },
            // What was sent is there for one import
            ...(search.path === undefined ? [] : [{ value: eachMember, label: t('memberEach') }]),
          ]}
          onChange={(member) =>
            onChange({ member: member ?? undefined, part: undefined, range: undefined, column: undefined })
          }
        />
      )}
      {kind === undefined || kind === 'file' || props.parts.length < 2 ? null : (
        <Select
          w={216}
          label={t(kind)}
          value={search.part ?? (dialect?.part?.name === '' ? '$' : (dialect?.part?.name ?? null))}
          data={props.parts.map(({ name, rows, hidden }) => ({
            value: name === '' ? '$' : name,
            label: t('part', {
              name: name === '' ? t('outermost') : name,
              rows: rows === null ? '' : t('partRows', { count: rows }),
              hidden: hidden ? t('partHidden') : '',
            }),
          }))}
          onChange={(part) => onChange({ part: part ?? undefined, range: undefined, column: undefined })}
        />
      )}
      {props.tables.length < 2 ? null : (
        <Option
          label={t('tableOf')}
          width={280}
          value={search.table === undefined ? undefined : String(search.table)}
          choices={props.tables.map(({ number, line, rows, names }) => ({
            value: String(number),
            label: t('tableLabel', { number, line, rows, names: names.slice(0, 4).join(', ') }),
          }))}
          found={t('tableLargest')}
          control="table"
          recall={recall}
          onChange={(value, detect) =>
            onChange({ table: value === undefined ? undefined : Number(value), column: undefined, detect })
          }
        />
      )}
      {isSheet ? (
        <>
          <TextInput
            w={132}
            label={t('range')}
            placeholder="B3:F200"
            value={range}
            onChange={(event) => setRange(event.currentTarget.value)}
            onBlur={() => onChange({ range: range.trim() === '' ? undefined : range.trim() })}
            onKeyDown={(event) => {
              if (event.key === 'Enter') onChange({ range: range.trim() === '' ? undefined : range.trim() });
            }}
          />
          <HeaderRows search={search} dialect={dialect} recall={recall} onChange={onChange} />
        </>
      ) : null}
      {isText ? (
        <>
          <Option
            label={t('delimiter')}
            width={132}
            value={search.delimiter}
            choices={delimiters}
            found={found === '\t' ? t('tab') : found}
            control="delimiter"
            recall={recall}
            onChange={(delimiter, detect) => onChange({ delimiter, detect })}
          />
          <Option
            label={t('decimal')}
            width={132}
            value={search.decimal}
            choices={[
              { value: '.', label: t('point') },
              { value: ',', label: t('commaDecimal') },
            ]}
            found={null}
            control="decimal"
            recall={recall}
            onChange={(value, detect) =>
              onChange({ decimal: value === '.' || value === ',' ? value : undefined, detect })
            }
          />
          <Option
            label={t('dateOrder')}
            width={140}
            value={search.dateOrder}
            choices={orders}
            found={null}
            control="dateOrder"
            recall={recall}
            onChange={(value, detect) =>
              onChange({ dateOrder: orders.find((each) => each.value === value)?.value, detect })
            }
          />
          <Option
            label={t('encoding')}
            width={152}
            value={search.encoding}
            choices={encodingNames.map((value) => ({ value, label: value }))}
            found={dialect?.encoding ?? null}
            control="encoding"
            recall={recall}
            onChange={(value, detect) => onChange({ encoding: encodingNames.find((each) => each === value), detect })}
          />
          <HeaderRows search={search} dialect={dialect} recall={recall} onChange={onChange} />
          <TextSigns search={search} dialect={dialect} recall={recall} onChange={onChange} />
        </>
      ) : null}
    </div>
  );
}
