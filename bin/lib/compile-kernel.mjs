// Compiles one kernel: node compile-kernel.mjs ROOT SOURCE PRODUCT FIRST-LINE FLAGS…; started by kernels.cjs.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import asc from 'assemblyscript/asc';

const [root, source, product, head, ...flags] = process.argv.slice(2);
const outputs = new Map();
const result = await asc.main([source, '--baseDir', root, '--outFile', 'code.wasm', ...flags], {
  stderr: process.stderr,
  writeFile: (file, content) => outputs.set(file, content),
});
const code = outputs.get('code.wasm');
if (result.error || code === undefined) {
  process.stderr.write(`kernel ${source} does not compile\n`);
  process.exit(1);
}
mkdirSync(dirname(product), { recursive: true });
const temporary = `${product}.${process.pid}`;
writeFileSync(temporary, `${head}\nexport const code =\n  '${Buffer.from(code).toString('base64')}';\n`);
renameSync(temporary, product);
