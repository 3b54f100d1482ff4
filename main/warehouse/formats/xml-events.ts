import { dataProblem } from '../../base/errors.ts';

/**
 * A reader of XML as office programs write it: start tags, texts and end tags in order, one piece at a time, so that
 * memory does not depend on the file. No document types and no entities but the five of XML and numbers: a declared
 * entity, with which a small file could become huge, is refused.
 */
export type XmlHandler = {
  readonly open: (name: string, attributes: string) => void;
  readonly text: (text: string) => void;
  readonly close: (name: string) => void;
};

const maxTag = 1 << 16;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const bad = (message: string) =>
  dataProblem('broken-xml', `The workbook's inner file is not as it should be: ${message}.`, {
    hint: 'Open it in the spreadsheet program and save it again.',
  });

/** Resolves the references of a text. */
export function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|\w+);/g, (whole, name: string) => {
    if (!name.startsWith('#')) return named[name] ?? whole;
    const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

/** Value of an attribute in a tag's text, or null. */
export function attribute(attributes: string, name: string): string | null {
  const found = new RegExp(`(?:^|\\s)(?:\\w+:)?${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  return found === null ? null : unescapeXml(found[1] ?? found[2] ?? '');
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Feeds the XML in `blocks` to the handler; `done` ends early. */
export async function readXml(
  blocks: AsyncIterable<Buffer>,
  handler: XmlHandler,
  done: () => boolean = () => false,
  between: () => Promise<void> = async () => {},
): Promise<void> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let depth = 0;
  const take = (text: string, last: boolean): string => {
    let at = 0;
    while (at < text.length) {
      const tag = text.indexOf('<', at);
      if (tag < 0) {
        // A reference may be cut in two at the block's end
        const cut = last ? -1 : text.lastIndexOf('&');
        const end = cut >= at && text.indexOf(';', cut) < 0 && text.length - cut < 16 ? cut : text.length;
        if (end > at) handler.text(unescapeXml(text.slice(at, end)));
        return text.slice(end);
      }
      if (tag > at) handler.text(unescapeXml(text.slice(at, tag)));
      at = tag;
      const opens = text.startsWith('<!', at);
      if (opens && text.startsWith('<!DOCTYPE', at)) throw bad('it declares a document type');
      const [mark, skip] = text.startsWith('<!--', at)
        ? ['-->', 4]
        : text.startsWith('<![CDATA[', at)
          ? [']]>', 9]
          : text.startsWith('<?', at)
            ? ['?>', 2]
            : ['>', 1];
      const end = text.indexOf(mark, at + skip);
      if (end < 0 || (opens && text.length - at < 9)) {
        if (text.length - at > maxTag && skip !== 9) throw bad('a tag does not end');
        return text.slice(at);
      }
      if (skip === 9) handler.text(text.slice(at + 9, end));
      else if (skip === 1 && text[at + 1] === '/') {
        depth--;
        handler.close(localName(text.slice(at + 2, end).trim()));
      } else if (skip === 1) {
        const inner = text[end - 1] === '/' ? text.slice(at + 1, end - 1) : text.slice(at + 1, end);
        const blank = inner.search(/\s/);
        const name = localName(blank < 0 ? inner : inner.slice(0, blank));
        handler.open(name, blank < 0 ? '' : inner.slice(blank));
        if (text[end - 1] === '/') handler.close(name);
        else depth++;
      }
      at = end + mark.length;
    }
    return '';
  };
  for await (const block of blocks) {
    rest = take(rest + decoder.decode(block, { stream: true }), false);
    await between();
    if (done()) return;
  }
  rest = take(rest + decoder.decode(), true);
  if (rest.trim() !== '' || depth !== 0) throw bad('it ends in the middle');
}
