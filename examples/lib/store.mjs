// What the service remembers: one JSON file, replaced whole, so that a crash leaves the old or the new one.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

export async function openStore(path, empty) {
  let state = empty;
  try {
    state = { ...empty, ...JSON.parse(await readFile(path, "utf8")) };
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  let writing = Promise.resolve();
  return {
    get state() {
      return state;
    },
    /** Changes the state; it is on disk when this resolves. */
    change(change) {
      change(state);
      const text = JSON.stringify(state, null, 2);
      writing = writing.catch(() => {}).then(async () => {
        await mkdir(dirname(path), { recursive: true });
        // Addresses of webhooks are secrets: for this account alone.
        await writeFile(`${path}.new`, text, { mode: 0o600 });
        await rename(`${path}.new`, path);
      });
      return writing;
    },
  };
}
