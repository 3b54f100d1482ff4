import { join } from 'node:path';
import { dataProblem, invalidInput } from '../../base/errors.ts';
import { throwIfStopped } from '../../base/stop.ts';
import { openTextSink } from '../source-file.ts';
import { openBytes } from '../stream/byte-source.ts';
import type { Encoding } from '../types.ts';
import type { PartChoice, Unfolded, UnfoldRequest } from './types.ts';

/**
 * One JSON document that holds a list of objects: the list's elements are written one a line. The document is scanned
 * byte by byte with a stack of where it is; no element is held in memory, so that its size does not matter. Lists are
 * named by the keys that lead to them, joined by dots; the outermost list has the name "".
 */
const maxDepth = 256;
const discoveryBytes = 64 << 20;
const [LF, CR, QUOTE, BACKSLASH, COMMA, COLON] = [10, 13, 34, 92, 44, 58];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];
const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

type Level = { list: boolean; key: string; count: number; first: number };

/** What the scanner tells while it goes over the bytes. */
type Visitor = {
  /** A list of objects begins at this path. */
  readonly list: (path: string) => void;
  /** Another element of the list at this path is complete. */
  readonly element: (path: string) => void;
  /** A byte inside an element of the wanted list. */
  readonly byte: ((byte: number) => void) | null;
  readonly wanted: string | null;
};

class Scanner {
  readonly #visit: Visitor;
  readonly #stack: Level[] = [];
  #inString = false;
  #escaped = false;
  #key = '';
  #isKey = false;
  #expectKey = false;
  /** Depth of the wanted list, 0 while outside. */
  #wantedDepth = 0;
  done = false;
  ended = false;
  started = false;

  constructor(visit: Visitor) {
    this.#visit = visit;
  }

  #path(): string | null {
    const stack = this.#stack;
    // A list inside an element of another list is part of that element
    for (let i = 0; i < stack.length - 1; i++) if (stack[i].list) return null;
    return stack
      .slice(0, -1)
      .map(({ key }) => key)
      .join('.');
  }

  push(block: Buffer): void {
    for (let i = 0; i < block.length && !this.done; i++) this.#byte(block[i]);
  }

  #byte(byte: number): void {
    const stack = this.#stack;
    const top = stack[stack.length - 1];
    const inElement = this.#wantedDepth > 0 && stack.length > this.#wantedDepth;
    if (this.#inString) {
      if (inElement || this.#wantedDepth > 0) this.#visit.byte?.(byte === LF || byte === CR ? 32 : byte);
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) {
        this.#inString = false;
        if (this.#isKey) top.key = this.#keyText();
        return;
      }
      if (this.#isKey && this.#key.length < 512) this.#key += String.fromCharCode(byte);
      return;
    }
    if (isSpace(byte)) {
      if (this.#wantedDepth > 0) this.#visit.byte?.(32);
      return;
    }
    if (this.ended) {
      throw dataProblem('json-after-end', 'Text stands behind the end of the JSON document.', {
        hint: 'Write one document, or one object a line.',
      });
    }
    this.started = true;
    if (top?.list === true && top.first === 0 && byte !== CLOSE_LIST) {
      top.first = byte;
      const path = this.#path();
      if (byte === OPEN_OBJECT && path !== null) {
        this.#visit.list(path);
        if (path === this.#visit.wanted && this.#wantedDepth === 0) this.#wantedDepth = stack.length;
      }
    }
    const wantedHere = this.#wantedDepth > 0 && stack.length === this.#wantedDepth;
    switch (byte) {
      case QUOTE:
        this.#inString = true;
        this.#isKey = top !== undefined && !top.list && this.#expectKey;
        this.#key = '';
        break;
      case OPEN_OBJECT:
      case OPEN_LIST:
        if (stack.length >= maxDepth) {
          throw dataProblem('json-too-deep', `The JSON document is nested deeper than ${maxDepth} levels.`, {
            hint: 'Write the list of objects apart.',
          });
        }
        stack.push({ list: byte === OPEN_LIST, key: '', count: 0, first: 0 });
        this.#expectKey = byte === OPEN_OBJECT;
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        if (top === undefined || top.list !== (byte === CLOSE_LIST)) {
          throw dataProblem('broken-json', 'The JSON document is not valid: its brackets do not match.', {
            hint: 'Check the program that wrote it.',
          });
        }
        if (wantedHere) {
          if (top.first !== 0) this.#visit.element(this.#visit.wanted ?? '');
          this.done = this.#visit.byte !== null;
          this.#wantedDepth = 0;
        } else if (top.list && top.first === OPEN_OBJECT && this.#visit.byte === null) {
          const path = this.#path();
          if (path !== null) this.#visit.element(path);
        }
        stack.pop();
        this.#expectKey = false;
        if (stack.length === 0) this.ended = true;
        if (this.done) return;
        break;
      case COMMA:
        if (top !== undefined) this.#expectKey = !top.list;
        if (wantedHere) {
          this.#visit.element(this.#visit.wanted ?? '');
          return;
        }
        if (top?.list === true && top.first === OPEN_OBJECT && this.#visit.byte === null) {
          const path = this.#path();
          if (path !== null) this.#visit.element(path);
        }
        break;
      case COLON:
        this.#expectKey = false;
        break;
    }
    if (this.#wantedDepth > 0) this.#visit.byte?.(byte);
  }

  #keyText(): string {
    const text = Buffer.from(this.#key, 'latin1').toString('utf8');
    if (!text.includes('\\')) return text;
    try {
      return String(JSON.parse(`"${text}"`));
    } catch {
      return text;
    }
  }
}

/** How the bytes of the document are opened. */
export type JsonBytes = {
  readonly compression: 'none' | 'gzip';
  readonly encoding: Encoding;
  readonly bomBytes: number;
};

async function findLists(path: string, bytes: JsonBytes): Promise<{ parts: PartChoice[]; whole: boolean }> {
  const found = new Map<string, number>();
  const scanner = new Scanner({
    list: (name) => found.set(name, 0),
    element: (name) => found.set(name, (found.get(name) ?? 0) + 1),
    byte: null,
    wanted: null,
  });
  let read = 0;
  for await (const block of openBytes(path, bytes)) {
    scanner.push(block);
    read += block.length;
    if (read >= discoveryBytes) break;
  }
  const whole = read < discoveryBytes;
  if (whole && !scanner.ended) {
    throw dataProblem('truncated-json', 'The JSON document ends in the middle: the file is cut off.', {
      hint: 'Fetch or write it again.',
    });
  }
  return {
    parts: [...found].map(([name, rows]) => ({ name, rows: whole ? rows : null, hidden: false })),
    whole,
  };
}

function chooseList(parts: readonly PartChoice[], asked: string | undefined): string {
  if (asked !== undefined) {
    const plain = asked === '$' ? '' : asked.replace(/^\$?\.?/, '');
    if (parts.some(({ name }) => name === plain)) return plain;
    throw invalidInput('unknown-records', `The document has no list of objects at "${asked}".`, {
      hint:
        parts.length === 0
          ? 'It has no list of objects at all.'
          : `It has ${parts.map(({ name }) => `"${name === '' ? '$' : name}"`).join(', ')}.`,
    });
  }
  if (parts.length === 0) {
    throw dataProblem('no-records', 'The JSON document holds no list of objects that could be a table.', {
      hint: 'A table is a list such as [{"a": 1}, {"a": 2}], or one object a line.',
    });
  }
  return [...parts].sort((a, b) => (b.rows ?? 0) - (a.rows ?? 0))[0].name;
}

const flushBytes = 1 << 20;

/** Takes a list of objects out of a JSON document. */
export async function unfoldJson(request: UnfoldRequest, bytes: JsonBytes): Promise<Unfolded> {
  const { parts, whole } = await findLists(request.path, bytes);
  const part =
    whole || request.pick.records === undefined ? chooseList(parts, request.pick.records) : request.pick.records;
  const target = join(request.scratchDir, 'unfolded.jsonl');
  let buffer = Buffer.allocUnsafe(1 << 16);
  let length = 0;
  let rows = 0;
  const put = (byte: number): void => {
    if (request.rowLimit !== null && rows >= request.rowLimit) return;
    if (length === buffer.length) {
      const wider = Buffer.allocUnsafe(buffer.length * 2);
      buffer.copy(wider, 0, 0, length);
      buffer = wider;
    }
    buffer[length++] = byte;
  };
  const scanner = new Scanner({
    list: () => {},
    element: () => {
      put(LF);
      rows++;
    },
    byte: put,
    wanted: part,
  });
  const file = await openTextSink(target, request.sealed);
  try {
    for await (const block of openBytes(request.path, bytes)) {
      throwIfStopped(request.stop);
      scanner.push(block);
      if (length >= flushBytes) {
        await file.write(buffer.subarray(0, length));
        length = 0;
      }
      if (scanner.done || (request.rowLimit !== null && rows >= request.rowLimit)) break;
    }
    await file.write(buffer.subarray(0, length));
  } finally {
    await file.close();
  }
  if (!scanner.done && (request.rowLimit === null || rows < request.rowLimit)) {
    throw dataProblem('truncated-json', `The JSON document ends in the middle, after ${rows} whole records.`, {
      hint: 'The file is cut off: fetch or write it again.',
    });
  }
  const others = parts.filter(({ name }) => name !== part).map(({ name }) => `"${name === '' ? '$' : name}"`);
  return {
    path: target,
    container: { kind: 'json', part, range: null },
    shape: 'lines',
    names: [],
    parts,
    notes: [
      ...(part === '' ? [] : [`Read is the list "${part}" of the JSON document.`]),
      ...(others.length === 0 ? [] : [`Other lists in it: ${others.slice(0, 10).join(', ')}.`]),
    ],
    kinds: [],
  };
}
