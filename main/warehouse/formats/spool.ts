import { openTextSink, type TextSink } from '../source-file.ts';

const flushChars = 1 << 18;

/** Writes the rows of a table as CSV, quoted where needed; a row without any value becomes a blank line. */
export class Spool {
  readonly #file: TextSink;
  #pending: string[] = [];
  #length = 0;
  rows = 0;

  private constructor(file: TextSink) {
    this.#file = file;
  }

  static async create(path: string, sealed: boolean): Promise<Spool> {
    return new Spool(await openTextSink(path, sealed));
  }

  /** Adds a row; true when `flush` is due. */
  row(cells: readonly (string | null)[]): boolean {
    this.rows++;
    let line = '';
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] ?? '';
      if (i > 0) line += ',';
      if (cell !== '' && (/[",\r\n#]/.test(cell) || cell !== cell.trim())) line += `"${cell.replaceAll('"', '""')}"`;
      else line += cell;
    }
    return this.line(line);
  }

  /** A row that counts although it has no value. */
  emptyRow(width: number): boolean {
    this.rows++;
    return this.line(width <= 1 ? '""' : ','.repeat(width - 1));
  }

  line(text: string): boolean {
    this.#pending.push(text, '\n');
    this.#length += text.length + 1;
    return this.#length >= flushChars;
  }

  async flush(): Promise<void> {
    if (this.#length === 0) return;
    const text = this.#pending.join('');
    this.#pending = [];
    this.#length = 0;
    await this.#file.write(Buffer.from(text, 'utf8'));
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#file.close();
    }
  }
}
