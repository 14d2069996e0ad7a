// The engine processes of an installed extension, as Linux lists them.
import fs from 'node:fs';

/** @param extensions the folder that the extension is installed in. @returns process ids, as text. */
export const enginesOf = (extensions) =>
  fs.readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return command.includes(extensions) && command.includes('engine.mjs');
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
