/** The two native dialogs a page may ask for. The page names a purpose; titles and file types are decided here. */
import { basename } from 'node:path';
import { type BrowserWindow, dialog, type FileFilter } from 'electron';
import * as z from 'zod';
import type { OpenPurpose, SavePurpose } from '../contract/bridge.ts';

const data: FileFilter = {
  name: 'Tables',
  extensions: [
    'csv',
    'tsv',
    'txt',
    'xlsx',
    'json',
    'jsonl',
    'ndjson',
    'parquet',
    'sqlite',
    'db',
    'duckdb',
    'zip',
    'gz',
  ],
};
const saved: FileFilter = { name: 'Tables', extensions: ['csv', 'xlsx', 'parquet', 'jsonl'] };
const model: FileFilter = { name: 'Augury models', extensions: ['augury-model'] };
const foreign: FileFilter = { name: 'Models of other libraries', extensions: ['json', 'ubj', 'txt', 'onnx'] };
const schema: FileFilter = { name: 'Schemas', extensions: ['json'] };
const picture: FileFilter = { name: 'Pictures', extensions: ['svg', 'png', 'csv'] };
const any: FileFilter = { name: 'All files', extensions: ['*'] };

const openKinds: Readonly<Record<OpenPurpose, { title: string; filters: FileFilter[] }>> = {
  data: { title: 'Import a table', filters: [data, any] },
  model: { title: 'Open a model', filters: [model, foreign, any] },
  schema: { title: 'Open a schema', filters: [schema, any] },
};
const saveKinds: Readonly<Record<SavePurpose, { title: string; filters: FileFilter[] }>> = {
  data: { title: 'Save the table', filters: [saved, any] },
  model: { title: 'Save the model', filters: [model] },
  picture: { title: 'Save the chart', filters: [picture] },
};

const openPurpose = z.enum(['data', 'model', 'schema']);
const savePurpose = z.enum(['data', 'model', 'picture']);
const fileName = z.string().max(200);

/** Lets the user choose a file; null when closed. Throws for a purpose there is not. */
export async function chooseFile(window: BrowserWindow, purpose: unknown): Promise<string | null> {
  const kind = openKinds[openPurpose.parse(purpose)];
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { ...kind, properties: ['openFile'] });
  return canceled ? null : (filePaths[0] ?? null);
}

/** Lets the user choose where to save; the suggestion is a bare name, never a way into a folder. */
export async function chooseTarget(
  window: BrowserWindow,
  purpose: unknown,
  suggested: unknown,
): Promise<string | null> {
  const kind = saveKinds[savePurpose.parse(purpose)];
  const defaultPath = basename(fileName.parse(suggested).replaceAll('\\', '/'));
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    ...kind,
    defaultPath,
    properties: ['showOverwriteConfirmation', 'createDirectory'],
  });
  return canceled || filePath === '' ? null : filePath;
}
