// The import picture of the sources: which file imports which, and whether only types of it.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import ts from 'typescript';

/** Folders with sources; what is made or installed lies elsewhere. */
const roots = ['clients', 'fixtures', 'suite', 'targets'];

/**
 * @typedef {object} Import
 * @property {string} from the importing file, from the root of the project
 * @property {string} to the imported file; of a package its name, of Node's own modules `node`
 * @property {boolean} isType true when nothing is loaded for it at run time
 * @property {boolean} isOwn false for packages and Node
 */

/** The source files below `root` that are no tests, in order. */
export function sourceFiles(root) {
  return roots
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((name) =>
        join(folder, String(name)),
      ),
    )
    .filter(
      (file) =>
        file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('node_modules/'),
    )
    .sort();
}

/** What `files` import: `import`, `export … from`, `import()` and `import('…')` types. */
export function importsOf(root, files) {
  return files.flatMap((file) => importsIn(file, readFileSync(join(root, file), 'utf8')));
}

/** @returns {Import[]} what the text of one file imports */
export function importsIn(file, text) {
  const imports = [];
  const add = (specifier, isType) => {
    const isOwn = specifier.startsWith('.');
    const to = isOwn ? join(dirname(file), specifier) : packageOf(specifier);
    imports.push({ from: file, to, isType, isOwn });
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier.text, isTypeImport(node));
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
      add(node.moduleSpecifier.text, isTypeExport(node));
    } else if (isDynamicImport(node)) add(node.arguments[0].text, false);
    else if (ts.isImportTypeNode(node)) add(node.argument.literal.text, true);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return imports;
}

function isTypeImport({ importClause }) {
  if (importClause === undefined) return false;
  const { isTypeOnly, name, namedBindings } = importClause;
  if (isTypeOnly) return true;
  if (name !== undefined || namedBindings === undefined) return false;
  return ts.isNamedImports(namedBindings) && namedBindings.elements.every((one) => one.isTypeOnly);
}

function isTypeExport({ isTypeOnly, exportClause }) {
  if (isTypeOnly) return true;
  return (
    exportClause !== undefined &&
    ts.isNamedExports(exportClause) &&
    exportClause.elements.every((one) => one.isTypeOnly)
  );
}

const isDynamicImport = (node) =>
  ts.isCallExpression(node) &&
  node.expression.kind === ts.SyntaxKind.ImportKeyword &&
  node.arguments[0] !== undefined &&
  ts.isStringLiteralLike(node.arguments[0]);

/** `node:fs/promises` is `node`, `vitest/node` is `vitest`, `@scope/name/part` is `@scope/name`. */
function packageOf(specifier) {
  if (specifier.startsWith('node:')) return 'node';
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
