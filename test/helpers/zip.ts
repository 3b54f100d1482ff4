import { fromBuffer, type ZipFile as Reader } from 'yauzl';
import { ZipFile } from 'yazl';

/** The archive with every entry passed through `change`, stored uncompressed; none of our own code looks at it. */
export async function rewriteZip(bytes: Buffer, change: (name: string, bytes: Buffer) => Buffer): Promise<Buffer> {
  const zip = await new Promise<Reader>((resolve, reject) =>
    fromBuffer(bytes, { lazyEntries: true }, (error, file) => (error === null ? resolve(file) : reject(error))),
  );
  const out = new ZipFile();
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry) => {
      zip.openReadStream(entry, (error, stream) => {
        if (error !== null) return reject(error);
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          out.addBuffer(change(entry.fileName, Buffer.concat(chunks)), entry.fileName, { compress: false });
          zip.readEntry();
        });
      });
    });
    zip.on('end', resolve);
    zip.readEntry();
  });
  out.end();
  const chunks: Buffer[] = [];
  for await (const chunk of out.outputStream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
