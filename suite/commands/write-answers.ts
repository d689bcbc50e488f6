// Run by the build, in a folder without a config: writes what answers.ts reads.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { answered, answeredWords } from './answered.ts';
import { answerFile } from './answers.ts';

mkdirSync(dirname(answerFile([])), { recursive: true });
for (const words of answeredWords()) writeFileSync(answerFile(words), await answered(words));
