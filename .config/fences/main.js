// `npm run fences`: the imports of the project against `.config/fences.js`.
import { fences, roomsOfOnePiece } from '../fences.js';
import { circlesOf, faultsOf } from './check.js';
import { importsOf, sourceFiles } from './imports.js';

const root = new URL('../..', import.meta.url).pathname;
const files = sourceFiles(root);
const imports = importsOf(root, files);
const atRunTime = circlesOf(imports.filter(({ isType }) => !isType));
/** Circles that types close too; none of them is loaded in one. */
const ofTypes = circlesOf(imports).filter(
  (circle) => !roomsOfOnePiece.some((room) => circle.every((file) => file.startsWith(`${room}/`))),
);
const circles = [...atRunTime, ...ofTypes];
const faults = [
  ...faultsOf(fences, files, imports),
  ...circles.map((circle) => `a circle of imports: ${circle.join(', ')}`),
];
if (faults.length > 0) {
  const told = faults.map((fault) => `  ${fault}\n`).join('');
  process.stderr.write(`${told}What may import what is listed in .config/fences.js\n`);
  process.exitCode = 1;
}
