// The test files that take their time, each with the reason. `npm run test:quick` leaves all of them out, `npm run
// check` the long ones. `npm test` begins them first and in this order, the longest first: begun last, one of
// them would be waited for alone.

const containers = 'builds images and starts containers';
const matrix = 'runs every behaviour against many servers';
const built = 'runs conform as it was built, again and again: `npm run build` comes first';
const compiles = 'compiles programs, or starts one interpreter after another';
const browser = 'reads pages in a browser';
const waits = 'waits in full for what never comes, or sends as slowly as its subject demands';

/** A file, from the root of the project, and why it takes its time. */
type SlowTest = readonly [file: string, why: string];

/** More than about 14 seconds each, or a container engine: `npm run check:all`, `.ci/run` and `npm test` run them. */
export const longTests: readonly SlowTest[] = [
  ['fixtures/documents/judged.docker.test.ts', containers],
  // Its fork bomb disturbs least while images are built.
  ['targets/container/malice.docker.test.ts', containers],
  ['suite/commands/grade/grade.docker.test.ts', containers],
  ['fixtures/documents/judged.test.ts', matrix],
  ['fixtures/servers/matrix-stream.test.ts', matrix],
  ['fixtures/servers/matrix-right.test.ts', matrix],
  ['fixtures/servers/matrix-right-slow.test.ts', matrix],
  ['suite/package.test.ts', built],
  ['suite/commands/replay/replay.test.ts', built],
  ['suite/image.docker.test.ts', containers],
  ['suite/binary.docker.test.ts', containers],
  ['suite/evidence/scripts/scripts.test.ts', compiles],
  ['suite/program/signals.test.ts', built],
  ['suite/cli.test.ts', built],
  ['targets/container/container.docker.test.ts', containers],
  ['fixtures/servers/matrix-others.test.ts', matrix],
  ['fixtures/servers/matrix-native.test.ts', matrix],
  ['fixtures/servers/matrix-payload.test.ts', matrix],
  ['fixtures/servers/matrix-clients.test.ts', matrix],
  ['suite/commands/grade/grade.test.ts', built],
  ['suite/commands/init/init.test.ts', built],
  ['fixtures/servers/left-in-the-queue.test.ts', waits],
  ['fixtures/servers/laws.test.ts', matrix],
  ['fixtures/servers/matrix-apart.test.ts', matrix],
  ['suite/gate/gate.test.ts', matrix],
  ['suite/gate/recorded/recorded.test.ts', waits],
  ['suite/theories/theories.test.ts', 'plays every theory against every other'],
  ['suite/engine/untested.test.ts', waits],
  ['suite/discovery/other-protocols/ask.test.ts', waits],
  ['suite/reporters/html/html-browser.test.ts', browser],
  ['fixtures/golden/recorded.test.ts', matrix],
  ['targets/documents/win32.docker.test.ts', containers],
  ['suite/readme-examples.test.ts', built],
  ['targets/container/guard.docker.test.ts', containers],
  ['fixtures/servers/matrix-right-others.test.ts', matrix],
  ['targets/submissions/prepare.docker.test.ts', containers],
  ['targets/container/network/holder.docker.test.ts', containers],
  ['targets/container/network/loopback.docker.test.ts', containers],
  ['suite/vitest.test.ts', built],
  ['suite/action.test.ts', built],
  ['suite/action-set-up.test.ts', built],
  ['suite/discovery/deviations/find-deviations.test.ts', waits],
  ['suite/engine/silences.test.ts', waits],
  ['suite/commands/gate/gate.test.ts', built],
  ['suite/behaviours/process/process-wear.test.ts', built],
  ['targets/launch/launch-lifecycle.test.ts', compiles],
  ['suite/readme-forms.test.ts', built],
  ['targets/submissions/prepare.test.ts', compiles],
  ['suite/commands/watch/watch.test.ts', built],
];

/** What a developer need not wait for at every save. */
export const slowTests: readonly SlowTest[] = [
  ['suite/commands/judge/choosing.test.ts', built],
  ['suite/loaded.test.ts', built],
  ['suite/old-node.test.ts', built],
  ['suite/program/trace-file.test.ts', built],
  ['suite/reporters/hostile.test.ts', compiles],
  ['fixtures/servers/native.test.ts', compiles],
  ['suite/commands/completion/completion.test.ts', built],
  ['suite/behaviours/process/process-lifecycle.test.ts', waits],
  ['suite/evidence/captures/captures.test.ts', compiles],
  ['fixtures/ci/pre-push.test.ts', built],
  ['suite/commands/talk/script.test.ts', waits],
  ['suite/engine/trial/long-work.test.ts', waits],
  ['clients/connection/connection-streams.test.ts', waits],
  ['suite/grading/outputs/class-page/class-page-browser.test.ts', browser],
  ['suite/config/load-config.test.ts', built],
  ['suite/commands/options/baseline-options.test.ts', waits],
  ['suite/behaviours/process/memory-growth.test.ts', waits],
  ['targets/processes/heap-slack.test.ts', compiles],
  ['suite/discovery/find-forms.test.ts', waits],
  ['suite/commands/merge/merge-runs.test.ts', waits],
  ['suite/discovery/find-contract.test.ts', waits],
  ['targets/launch/launch.test.ts', built],
  ['suite/readme.test.ts', built],
  ['targets/processes/process-storm.test.ts', waits],
  ['suite/program/open-files.test.ts', built],
  ['suite/commands/answers.test.ts', built],
  ['suite/engine/run.test.ts', waits],
  ['suite/engine/departures.test.ts', waits],
  ['suite/engine/session/own-restarts.test.ts', waits],
  ['suite/engine/world/world.test.ts', waits],
  ['suite/program/user-modules.test.ts', built],
  ['suite/program/left-open.test.ts', built],
  ['suite/commands/document/document.test.ts', compiles],
  ['targets/cleanup/guard.test.ts', built],
  ['suite/commands/judge/ask-operator.test.ts', waits],
  ['targets/documents/uppercase.test.ts', compiles],
  ['targets/documents/python-operator.test.ts', compiles],
  ['targets/documents/echo.test.ts', compiles],
  ['targets/documents/getopt-message.test.ts', compiles],
  ['targets/launch/launch-failures.test.ts', compiles],
  ['fixtures/clusters/slurm.test.ts', built],
];
