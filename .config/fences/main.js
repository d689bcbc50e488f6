// `npm run fences`: the imports of the project against `.config/fences.js`.
import { fences } from '../fences.js';
import { circlesOf, faultsOf } from './check.js';
import { importsOf, sourceFiles } from './imports.js';

const root = new URL('../..', import.meta.url).pathname;
const files = sourceFiles(root);
const imports = importsOf(root, files);
const circles = circlesOf(imports.filter(({ isType }) => !isType));
const faults = [
  ...faultsOf(fences, files, imports),
  ...circles.map((circle) => `a circle of imports: ${circle.join(', ')}`),
];
if (faults.length > 0) {
  const told = faults.map((fault) => `  ${fault}\n`).join('');
  process.stderr.write(`${told}What may import what is listed in .config/fences.js\n`);
  process.exitCode = 1;
}
