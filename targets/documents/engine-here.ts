// Whether the tests that need containers can run here, for those of the documents' servers.
import { reachEngine } from '../container/engine.ts';

/**
 * Why they cannot, to be shown in their names; empty when they can.
 * @throws {TargetUnavailable} when they cannot though CONFORM_REQUIRE_DOCKER=1 says that they must
 */
export async function missingEngine(): Promise<string> {
  try {
    await reachEngine();
    return '';
  } catch (error) {
    if (process.env['CONFORM_REQUIRE_DOCKER'] === '1') throw error;
    return ' (no container engine answers)';
  }
}
