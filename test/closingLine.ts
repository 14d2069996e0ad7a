/** Ends the run with a line that any reader understands, names what skipped, and fails a run that skips what must not skip. */
import type { Reporter, TestModule } from 'vitest/node';

/** With WINNOW_REQUIRE_ALL=1 only these reasons for skipping are accepted; each skipped test names its reason in its title. */
const acceptedReasons = [/needs \.\.\/shared/, /needs a GPU/];
/** Fewer tests than this means that the glob has lost some. */
const floor = 150;

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0 };
    const skipped: string[] = [];
    for (const testModule of modules) {
      if (testModule.state() === 'failed' && [...testModule.children.allTests()].length === 0) count.failed++;
      for (const test of testModule.children.allTests()) {
        const state = test.result().state;
        if (state === 'passed' || state === 'failed') count[state]++;
        else {
          count.skipped++;
          skipped.push(test.fullName);
        }
      }
    }
    for (const name of skipped) console.log(`skipped: ${name}`);
    if (process.env['WINNOW_REQUIRE_ALL'] === '1') {
      for (const name of skipped.filter((title) => !acceptedReasons.some((reason) => reason.test(title)))) {
        console.log(`must not skip: ${name}`);
        count.failed++;
      }
    }
    const isWhole = process.argv.slice(2).filter((argument) => !argument.startsWith('-')).length <= 1;
    if (isWhole && count.passed + count.failed + count.skipped < floor) {
      console.log(`only ${String(count.passed)} tests ran; at least ${String(floor)} exist`);
      count.failed++;
    }
    if (count.failed > 0) process.exitCode = 1;
    console.log(`${String(count.passed)} passed, ${String(count.failed)} failed, ${String(count.skipped)} skipped`);
  }
}
