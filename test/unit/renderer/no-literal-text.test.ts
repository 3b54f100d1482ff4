/** No literal text in components (P6): words between tags and in attributes that people read come from a catalogue. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vite';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../../renderer');
const spoken = new Set([
  'title',
  'label',
  'placeholder',
  'description',
  'aria-label',
  'alt',
  'hint',
  'reading',
  'text',
  'state',
]);
const hasWords = (text: string): boolean => /\p{L}{2,}/u.test(text);
/** In attributes a lone lower-case word is a name of a variant, not something read. */
const isSpoken = (text: string): boolean => hasWords(text) && /\s|^\p{Lu}/u.test(text);

type Node = { readonly type: string; readonly [key: string]: unknown };
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

function children(node: Node): readonly Node[] {
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

/** Literal strings that an expression may evaluate to: the string itself, branches of conditions, plain templates. */
function literals(node: unknown): readonly string[] {
  if (!isNode(node)) return [];
  if (node.type === 'Literal') return typeof node.value === 'string' ? [node.value] : [];
  if (node.type === 'JSXExpressionContainer') return literals(node.expression);
  if (node.type === 'ConditionalExpression') return [...literals(node.consequent), ...literals(node.alternate)];
  if (node.type === 'LogicalExpression') return [...literals(node.left), ...literals(node.right)];
  if (node.type === 'TemplateLiteral' && Array.isArray(node.quasis)) {
    return node.quasis.flatMap((part: Node) => {
      const value = part.value as { readonly cooked?: string };
      return [value.cooked ?? ''];
    });
  }
  return [];
}

function findText(node: Node, found: string[]): void {
  if (node.type === 'JSXText' && typeof node.value === 'string' && hasWords(node.value)) found.push(node.value.trim());
  if (
    node.type === 'JSXAttribute' &&
    isNode(node.name) &&
    typeof node.name.name === 'string' &&
    spoken.has(node.name.name)
  ) {
    found.push(...literals(node.value).filter(isSpoken));
  }
  if ((node.type === 'JSXElement' || node.type === 'JSXFragment') && Array.isArray(node.children)) {
    for (const child of node.children) {
      if (isNode(child) && child.type === 'JSXExpressionContainer') found.push(...literals(child).filter(hasWords));
    }
  }
  for (const child of children(node)) findText(child, found);
}

/** Literal text a person would read in a component's source. */
function literalText(source: string): readonly string[] {
  const found: string[] = [];
  findText(parseAst(source, { lang: 'tsx' }) as unknown as Node, found);
  return found;
}

describe('P6 no literal text in components', () => {
  it('finds text between tags, in spoken attributes and in branches', () => {
    expect(literalText('const A = () => <p title="Hello there">{x ? "Yes please" : t("no")}Plain</p>;')).toEqual([
      'Yes please',
      'Hello there',
      'Plain',
    ]);
    expect(literalText('const B = () => <p className="x y" title={t("a")}>{t("b")} · 3 %</p>;')).toEqual([]);
  });

  it('finds none in the window', () => {
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tsx'));
    expect(files.length).toBeGreaterThan(40);
    const offences = files.flatMap((file) =>
      literalText(readFileSync(join(root, file), 'utf8')).map((text) => `${file}: ${text}`),
    );
    expect(offences).toEqual([]);
  });
});
