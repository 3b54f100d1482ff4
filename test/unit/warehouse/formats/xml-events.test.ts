import { describe, expect, it } from 'vitest';
import { attribute, readXml } from '../../../../main/warehouse/formats/xml-events.ts';

async function* inBlocks(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What is read, with neighbouring texts joined. */
async function events(text: string, size = 1 << 16): Promise<string> {
  const found: string[] = [];
  await readXml(inBlocks(text, size), {
    open: (name, attributes) => found.push(`<${name}${attribute(attributes, 'r') ?? ''}>`),
    text: (piece) => found.push(piece),
    close: (name) => found.push(`</${name}>`),
  });
  return found.join('');
}

const sample =
  '<?xml version="1.0"?>\n<!-- note > --><x:a r="1&amp;2"><b r=\'é\'/>é&lt;&#65;&#x42;<![CDATA[<raw>]]>&quot;</x:a>';

describe('B1 XML of workbooks', () => {
  it('gives the same events however the bytes are cut', async () => {
    const whole = await events(sample);
    expect(whole.trim()).toBe('<a1&2><bé></b>é<AB<raw>"</a>');
    for (let size = 1; size < 40; size++) expect(await events(sample, size)).toBe(whole);
  });

  it('refuses document types, with which small files become huge, and files that end early', async () => {
    const bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>';
    for (const size of [1, 7, 1000]) await expect(events(bomb, size)).rejects.toMatchObject({ code: 'broken-xml' });
    await expect(events('<a><b></b>')).rejects.toMatchObject({ code: 'broken-xml' });
    await expect(events(`<a ${'x'.repeat(100_000)}`, 1000)).rejects.toMatchObject({ code: 'broken-xml' });
  });
});
