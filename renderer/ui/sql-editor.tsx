/** The query editor: SQL with highlighting and completion of data sets and columns; Ctrl+Enter runs. */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import { readStyleNonce } from '../lib/nonce.ts';
import classes from './sql-editor.module.css';

/** A table that completion knows. */
export type SqlTable = {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
};

/** A name as a query writes it: in double quotes unless it is a plain lower-case word. */
export const sqlName = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

const language = (tables: readonly SqlTable[]) =>
  sql({
    dialect: PostgreSQL,
    upperCaseKeywords: true,
    schema: Object.fromEntries(
      tables.map((table) => [
        table.name.replaceAll('.', '\\.'),
        {
          self: { label: table.name, apply: sqlName(table.name), type: 'type' },
          children: table.columns.map((column) => ({
            label: column.name,
            apply: sqlName(column.name),
            type: 'property',
            detail: column.type,
          })),
        },
      ]),
    ),
  });

const colours = HighlightStyle.define([
  { tag: tags.keyword, class: classes.keyword ?? '' },
  { tag: [tags.string, tags.special(tags.string)], class: classes.string ?? '' },
  { tag: [tags.number, tags.bool, tags.null], class: classes.number ?? '' },
  { tag: tags.comment, class: classes.comment ?? '' },
]);

const look = EditorView.theme({
  '&': { fontSize: '13px', height: '100%' },
  '&.cm-focused': { outline: '2px solid var(--aug-accent)', outlineOffset: '-1px' },
  '.cm-content': { fontFamily: 'var(--mantine-font-family-monospace)', caretColor: 'var(--mantine-color-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-gutters': { background: 'transparent', color: 'var(--aug-dimmed)', border: 'none' },
  '.cm-placeholder': { color: 'var(--aug-dimmed)' },
  '.cm-tooltip': {
    background: 'var(--aug-raised)',
    color: 'var(--mantine-color-text)',
    border: '1px solid var(--aug-hairline)',
  },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    background: 'var(--aug-selected)',
  },
});

/** The editor; `text` is its start, later changes come through `onText`. */
export function SqlEditor(props: {
  readonly label: string;
  readonly hint: string;
  readonly text: string;
  readonly tables: readonly SqlTable[];
  readonly onText: (text: string) => void;
  readonly onRun: () => void;
  /** A low editor among other fields, which does not take the focus. */
  readonly compact?: boolean;
}) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const schema = useRef(new Compartment());
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const { label, hint, text, tables } = latest.current;
    if (host.current === null) return undefined;
    const run = () => {
      latest.current.onRun();
      return true;
    };
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          EditorView.cspNonce.of(readStyleNonce()),
          lineNumbers(),
          history(),
          bracketMatching(),
          closeBrackets(),
          autocompletion(),
          syntaxHighlighting(colours),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          placeholder(hint),
          look,
          schema.current.of(language(tables)),
          keymap.of([
            { key: 'Mod-Enter', run },
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...historyKeymap,
            ...defaultKeymap,
            indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onText(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    if (latest.current.compact !== true) editor.focus();
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: schema.current.reconfigure(language(props.tables)) });
  }, [props.tables]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === props.text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.text } });
  }, [props.text]);

  return <div ref={host} className={classes.editor} data-compact={props.compact || undefined} />;
}
