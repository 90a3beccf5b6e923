// Packs the published schemas of app manifests for the binary: one compressed JSON document with a schema
// for each version of the manifest and one for each version of its language files.
//
// The schemas say draft 4 and use `const` and `if` of later drafts, and the validator of their own package
// honours keywords beside `$ref`. Here they become draft 7 schemas that mean the same: `$ref` moves
// into `allOf`. What only people read (descriptions, defaults) is left out.
import { mkdirSync, readFileSync, readdirSync, existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "node_modules/@microsoft/app-manifest/build/json-schemas/teams");
const dist = join(here, "../assets/dist");

/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
const ONE = new Set(["additionalProperties", "items", "not", "if", "then", "else"]);
const LIST = new Set(["allOf", "anyOf", "oneOf"]);
const NAMED = new Set(["properties", "patternProperties", "definitions", "dependencies"]);
/** Keywords that are copied. */
const PLAIN = new Set([
  "type", "enum", "const", "required", "pattern", "format", "uniqueItems",
  "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minimum", "maximum",
]);
/** Keywords for people, and the draft. */
const DROPPED = new Set(["$schema", "description", "title", "default", "examples", "$comment"]);

/** A bracket that closes no class stands for itself in some dialects only: everywhere with a backslash. */
function pattern(text) {
  let inside = false;
  return text.replace(/\\.|[\[\]]/g, (found) => {
    if (found === "[") inside = true;
    else if (found === "]" && inside) inside = false;
    else if (found === "]") return "\\]";
    return found;
  });
}

function schema(value, place) {
  if (Array.isArray(value)) return value.map((each, index) => schema(each, `${place}/${index}`));
  if (typeof value !== "object" || value === null) return value;
  const out = {};
  for (const [key, inner] of Object.entries(value)) {
    const at = `${place}/${key}`;
    if (DROPPED.has(key)) continue;
    if (key === "$ref") out.allOf = [...(out.allOf ?? []), { $ref: inner }];
    else if (key === "pattern") out.pattern = pattern(inner);
    else if (PLAIN.has(key)) out[key] = inner;
    else if (key === "allOf") out.allOf = [...(out.allOf ?? []), ...schema(inner, at)];
    else if (ONE.has(key) || LIST.has(key)) out[key] = schema(inner, at);
    else if (NAMED.has(key)) {
      out[key] = Object.fromEntries(
        Object.entries(inner).map(([name, each]) => [
          key === "patternProperties" ? pattern(name) : name,
          schema(each, `${at}/${name}`),
        ]),
      );
    } else throw new Error(`${at}: a keyword that nobody has thought about`);
  }
  return out;
}

/** As the package itself reads them: `\a` and `\v` are no escapes of the regular expressions they stand in. */
function read(file) {
  const text = readFileSync(file, "utf8").replace(/\\a/g, "\\u0007").replace(/\\v/g, "\\u000b");
  const parsed = JSON.parse(text);
  if (parsed.$schema !== "http://json-schema.org/draft-04/schema#") throw new Error(`${file}: another draft`);
  return schema(parsed, file);
}

const packed = { manifest: {}, language: {} };
for (const folder of readdirSync(source)) {
  const version = folder === "vDevPreview" ? "devPreview" : folder.slice(1);
  packed.manifest[version] = read(join(source, folder, "MicrosoftTeams.schema.json"));
  const language = join(source, folder, "MicrosoftTeams.Localization.schema.json");
  if (existsSync(language)) packed.language[version] = read(language);
}
// Neighbours are alike: in the order of their numbers the compression finds them again.
const order = (schemas) =>
  Object.fromEntries(
    Object.entries(schemas).sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })),
  );
packed.manifest = order(packed.manifest);
packed.language = order(packed.language);

const text = Buffer.from(JSON.stringify(packed));
const bytes = deflateSync(text, { level: 9 });
mkdirSync(dist, { recursive: true });
writeFileSync(join(dist, "schemas.json.z"), bytes);
const count = `${Object.keys(packed.manifest).length} + ${Object.keys(packed.language).length}`;
console.log(`${count} schemas, ${text.length} bytes packed into ${bytes.length}`);
