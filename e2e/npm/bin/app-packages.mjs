// Judges what is rolled out with the tools of others, without a network: unified manifests by `@microsoft/app-manifest`, the
// XML one by the published XSD files, and once more converted by Microsoft's converter. A folder, and the folder of XSDs.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppManifestUtils } from "@microsoft/app-manifest";
import { validateXML } from "xmllint-wasm";

const [folder, schemas] = process.argv.slice(2);
globalThis.fetch = () => { throw new Error("nothing is fetched"); };
const said = { manifests: {}, xml: null, converted: null, hostile: null };
const judge = async (manifest) => AppManifestUtils.validateAgainstSchema(manifest).catch((error) => [String(error)]);

for (const name of readdirSync(folder).filter((one) => one.endsWith(".manifest.json"))) {
  said.manifests[name] = await judge(JSON.parse(readFileSync(join(folder, name), "utf8")));
}
// a judge that never says no would prove nothing
const wrong = JSON.parse(readFileSync(join(folder, "teams.manifest.json"), "utf8"));
wrong.accentColor = "blue";
said.hostile = await judge(wrong);

const xml = { fileName: "outlook.xml", contents: readFileSync(join(folder, "outlook.xml"), "utf8") };
if (schemas !== undefined) {
  const file = (fileName) => ({ fileName, contents: readFileSync(join(schemas, fileName), "utf8") });
  const main = "OfficeAppManifestV1_1.xsd";
  const others = readdirSync(schemas).filter((name) => name.endsWith(".xsd") && name !== main).map(file);
  const ask = async (one) => {
    const found = await validateXML({ xml: [one], schema: [file(main)], preload: others });
    return found.errors.map((error) => error.rawMessage ?? String(error));
  };
  said.xml = await ask(xml);
  said.xmlHostile = await ask({ fileName: "wrong.xml", contents: xml.contents.replace(/<Version>[^<]*<\/Version>/, "") });
}

const out = mkdtempSync(join(tmpdir(), "liaison-converted-"));
try {
  const command = join(import.meta.dirname, "../node_modules/office-addin-manifest-converter/cli.js");
  execFileSync(process.execPath, [command, "convert", join(folder, "outlook.xml"), "-o", out], { stdio: ["ignore", "pipe", "pipe"] });
  const made = readdirSync(out).find((name) => name === "manifest.json") ?? readdirSync(out).find((name) => name.endsWith(".json"));
  said.converted = await judge(JSON.parse(readFileSync(join(out, made), "utf8")));
} catch (error) {
  said.converted = [String(error.stderr ?? error), String(error)];
} finally {
  rmSync(out, { recursive: true, force: true });
}
console.log(JSON.stringify(said));
