import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { longTests, slowTests } from './slow-tests.ts';

const listed = [...longTests, ...slowTests];

/** Orders test files as the list of slow ones has them, then as the runner would. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const place = listed.findIndex(([name]) => moduleId.endsWith(`/${name}`));
      return place < 0 ? listed.length : place;
    };
    const usual = await super.sort(files);
    return usual.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}
