// Judges unified manifests with the validator of their makers, without a network: node validate.mjs FILE…
// A FILE is a package (zip, stored or deflated) or a manifest; ends with 1 where one is refused.
import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { AppManifestUtils } from "@microsoft/app-manifest";

/** The manifest of a package: the first entry of an archive that the hub writes. */
function manifest(bytes) {
  if (bytes.readUInt32LE(0) !== 0x04034b50) return bytes.toString("utf8");
  const [method, packed] = [bytes.readUInt16LE(8), bytes.readUInt32LE(18)];
  const start = 30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28);
  const name = bytes.toString("utf8", 30, 30 + bytes.readUInt16LE(26));
  if (name !== "manifest.json") throw new Error(`the first entry is ${name}`);
  const content = bytes.subarray(start, start + packed);
  return (method === 0 ? content : inflateRawSync(content)).toString("utf8");
}

let refused = 0;
for (const file of process.argv.slice(2)) {
  const errors = await AppManifestUtils.validateAgainstSchema(JSON.parse(manifest(readFileSync(file))));
  console.log(`${file}: ${errors.length === 0 ? "valid" : errors.join("; ")}`);
  refused += errors.length === 0 ? 0 : 1;
}
process.exitCode = refused === 0 ? 0 : 1;
