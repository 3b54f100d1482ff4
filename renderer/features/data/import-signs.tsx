import { CloseButton, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMessages } from '../../lib/locale.tsx';
import { importMessages } from './import-messages.ts';
import { Option, type Recall } from './import-option.tsx';
import { withDetect } from './import-request.ts';
import type { Dialect } from './import-types.ts';
import type { ImportSearch } from './search.ts';

type Part = {
  readonly search: ImportSearch;
  readonly dialect: Dialect | null;
  readonly recall: Recall;
  readonly onChange: (next: Partial<ImportSearch>) => void;
};

/** How many lines name the columns. */
export function HeaderRows(props: Part) {
  const t = useMessages(importMessages);
  const { search, dialect, recall, onChange } = props;
  const { header = null, headerRows = 1 } = dialect ?? {};
  return (
    <Option
      label={t('header')}
      width={200}
      value={search.headerRows === undefined ? undefined : String(search.headerRows)}
      choices={[0, 1, 2, 3, 4].map((count) => ({ value: String(count), label: t('headerCount', { count }) }))}
      found={header === null ? null : t('headerCount', { count: header ? headerRows : 0 })}
      control="headerRows"
      recall={recall}
      onChange={(value, detect) => onChange({ headerRows: value === undefined ? undefined : Number(value), detect })}
    />
  );
}

const escapes = ['^', '~', '/', '|'] as const;

/** Quotes, what escapes them, and the mark of remark lines. */
export function TextSigns(props: Part) {
  const t = useMessages(importMessages);
  const { search, dialect, recall, onChange } = props;
  const [comment, setComment] = useState(search.comment ?? '');
  const takeComment = () => onChange({ comment: comment.trim() === '' ? undefined : comment.trim() });
  const lastComment = recall.again.comment;
  const escapeWords: Readonly<Record<string, string>> = {
    doubled: t('escapeDoubled'),
    backslash: t('escapeBackslash'),
  };
  const foundEscape = dialect?.escape ?? null;
  const quote = search.quote || dialect?.quote || '"';
  return (
    <>
      <Option
        label={t('quote')}
        width={132}
        value={search.quote === '' ? 'none' : search.quote}
        choices={[
          { value: '"', label: t('quoteDouble') },
          { value: "'", label: t('quoteSingle') },
          { value: 'none', label: t('quoteNone') },
        ]}
        found={dialect === null ? null : dialect.quote === null ? t('quoteNone') : dialect.quote}
        control="quote"
        recall={recall}
        onChange={(value, detect) => onChange({ quote: value === 'none' ? '' : value, detect })}
      />
      <Option
        label={t('escape')}
        width={176}
        value={search.escape}
        choices={[
          { value: quote, label: t('escapeDoubled') },
          { value: '\\', label: t('escapeBackslash') },
          ...escapes.map((sign) => ({ value: sign, label: t('escapeBehind', { sign }) })),
        ]}
        found={foundEscape === null ? null : (escapeWords[foundEscape] ?? t('escapeBehind', { sign: foundEscape }))}
        control="escape"
        recall={recall}
        onChange={(sign, detect) => onChange({ escape: sign, detect })}
      />
      <TextInput
        w={150}
        label={t('comment')}
        placeholder={
          lastComment === undefined
            ? (dialect?.comment ?? t('commentAuto'))
            : t('again', { value: lastComment === '' ? t('quoteNone') : lastComment })
        }
        rightSection={
          lastComment === undefined ? null : (
            <CloseButton
              size="sm"
              aria-label={t('commentAnew')}
              onClick={() => onChange({ comment: undefined, detect: withDetect(recall.detect, 'comment', true) })}
            />
          )
        }
        value={comment}
        maxLength={4}
        onChange={(event) => setComment(event.currentTarget.value)}
        onBlur={takeComment}
        onKeyDown={(event) => {
          if (event.key === 'Enter') takeComment();
        }}
      />
    </>
  );
}
