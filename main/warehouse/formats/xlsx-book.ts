import { dataProblem } from '../../base/errors.ts';
import { type DateLook, dateLook } from './excel-date.ts';
import { attribute, readXml } from './xml-events.ts';
import { entryBlocks, type ZipEntries } from './zip-entries.ts';

/** What a workbook says about all its sheets: their names and files, the texts they share, the looks of their numbers. */
export type Book = {
  readonly sheets: readonly { readonly name: string; readonly hidden: boolean; readonly entry: string }[];
  readonly since1904: boolean;
  readonly looks: readonly DateLook[];
};

const folderOf = (entry: string): string => entry.slice(0, entry.lastIndexOf('/') + 1);
const resolved = (base: string, target: string): string => {
  if (target.startsWith('/')) return target.slice(1);
  const parts = folderOf(base).split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
};

const none = (): void => {};

type Relation = { readonly type: string; readonly target: string };

async function relations(zip: ZipEntries, entry: string): Promise<ReadonlyMap<string, Relation>> {
  const found = new Map<string, Relation>();
  const path = `${folderOf(entry)}_rels/${entry.slice(folderOf(entry).length)}.rels`;
  if (!zip.names.includes(path)) return found;
  await readXml(entryBlocks(zip, path), {
    open: (name, attributes) => {
      if (name !== 'Relationship') return;
      found.set(attribute(attributes, 'Id') ?? '', {
        type: attribute(attributes, 'Type') ?? '',
        target: resolved(entry, attribute(attributes, 'Target') ?? ''),
      });
    },
    text: none,
    close: none,
  });
  return found;
}

const partOf = (all: ReadonlyMap<string, Relation>, kind: string): string | null =>
  [...all.values()].find(({ type }) => type.endsWith(`/${kind}`))?.target ?? null;

async function readLooks(zip: ZipEntries, entry: string | null): Promise<readonly DateLook[]> {
  if (entry === null || !zip.names.includes(entry)) return [];
  const codes = new Map<number, string>();
  const looks: DateLook[] = [];
  let inCells = false;
  await readXml(entryBlocks(zip, entry), {
    open: (name, attributes) => {
      if (name === 'numFmt') {
        codes.set(Number(attribute(attributes, 'numFmtId')), attribute(attributes, 'formatCode') ?? '');
      } else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells) {
        const id = Number(attribute(attributes, 'numFmtId') ?? '0');
        looks.push(dateLook(id, codes.get(id) ?? null));
      }
    },
    text: none,
    close: (name) => {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return looks;
}

/** Opens a workbook's lists. `sharedTexts` is read apart: it may be large. */
export async function readBook(zip: ZipEntries): Promise<Book & { readonly textsEntry: string | null }> {
  const root = partOf(await relations(zip, ''), 'officeDocument') ?? 'xl/workbook.xml';
  const known = await relations(zip, root);
  const sheets: { name: string; hidden: boolean; entry: string }[] = [];
  let since1904 = false;
  await readXml(entryBlocks(zip, root), {
    open: (name, attributes) => {
      if (name === 'workbookPr') since1904 = /^(1|true)$/.test(attribute(attributes, 'date1904') ?? '');
      if (name !== 'sheet') return;
      const relation = known.get(
        /\br:id\s*=\s*["']([^"']*)/.exec(attributes)?.[1] ?? attribute(attributes, 'id') ?? '',
      );
      // Sheets of charts have no cells
      if (relation === undefined || !relation.type.endsWith('/worksheet')) return;
      const state = attribute(attributes, 'state') ?? 'visible';
      sheets.push({ name: attribute(attributes, 'name') ?? '', hidden: state !== 'visible', entry: relation.target });
    },
    text: none,
    close: none,
  });
  if (sheets.length === 0) {
    throw dataProblem('no-sheets', 'The workbook has no sheet with cells.', { hint: 'Check the file.' });
  }
  return {
    sheets,
    since1904,
    looks: await readLooks(zip, partOf(known, 'styles')),
    textsEntry: partOf(known, 'sharedStrings'),
  };
}

const maxTextChars = 400_000_000;

/** Carriage returns and the like are written as _x000D_ in workbooks. */
export const cleanText = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

/** The texts that cells of all sheets refer to by number; phonetic hints are left out. */
export async function readSharedTexts(zip: ZipEntries, entry: string | null): Promise<readonly string[]> {
  if (entry === null || !zip.names.includes(entry)) return [];
  const texts: string[] = [];
  let parts = '';
  let total = 0;
  let inText = false;
  let phonetic = false;
  await readXml(entryBlocks(zip, entry), {
    open: (name) => {
      if (name === 'si') parts = '';
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') inText = !phonetic;
    },
    text: (text) => {
      if (inText) parts += text;
    },
    close: (name) => {
      if (name === 't') inText = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si') {
        texts.push(cleanText(parts));
        total += parts.length;
        if (total > maxTextChars) {
          throw dataProblem('too-many-texts', 'The workbook holds more different texts than fit into memory.', {
            hint: 'Save the sheet as CSV and import that.',
          });
        }
      }
    },
  });
  return texts;
}
