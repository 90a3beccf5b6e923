// Bundles the tests of the scripts and runs them with Node's own runner: npm test.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { buildSync } from "esbuild";

const tests = ["protocol.test", "inside.test"];
const folder = mkdtempSync(join(tmpdir(), "liaison-ui-test-"));
try {
  buildSync({
    entryPoints: tests.map((name) => join(import.meta.dirname, `${name}.ts`)),
    bundle: true, platform: "node", format: "esm", target: "node20", outdir: folder, outExtension: { ".js": ".mjs" },
  });
  const ran = spawnSync(process.execPath, ["--test", ...tests.map((name) => join(folder, `${name}.mjs`))], { stdio: "inherit" });
  process.exitCode = ran.status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
