import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, longest first: begun last, one of them would be waited for alone. */
const longest = [
  'fixtures/documents/judged.docker.test.ts',
  // Its fork bomb disturbs least while images are built.
  'targets/container/malice.docker.test.ts',
  'suite/commands/grade/grade.docker.test.ts',
  'fixtures/servers/matrix-native.test.ts',
  'fixtures/servers/matrix-stream.test.ts',
  'fixtures/servers/matrix-payload.test.ts',
  'fixtures/servers/matrix-clients.test.ts',
  'fixtures/servers/matrix-others.test.ts',
  'fixtures/servers/matrix-right.test.ts',
  'targets/container/container.docker.test.ts',
  'suite/commands/grade/grade.test.ts',
  'suite/gate/gate.test.ts',
];

/** Orders test files by how long they are known to take, then as the runner would. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const place = longest.findIndex((name) => moduleId.endsWith(name));
      return place < 0 ? longest.length : place;
    };
    const usual = await super.sort(files);
    return usual.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}
