// Prints the report that the host suite writes, and counts it.
import fs from 'node:fs';

export function printReport(file) {
  if (!fs.existsSync(file)) {
    console.log('The suite wrote no report.');
    return { passed: 0, failed: 1 };
  }
  const { rows, app } = JSON.parse(fs.readFileSync(file, 'utf8'));
  console.log(`  ${app}`);
  for (const row of rows) {
    const time = row.ms === undefined ? '' : ` (${row.ms} ms)`;
    console.log(`  ${row.state} ${row.title}${time}${row.error ? `\n${row.error}` : ''}`);
  }
  const count = (state) => rows.filter((r) => r.state === state).length;
  return { passed: count('passed'), failed: count('failed') };
}
