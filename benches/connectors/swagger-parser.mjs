// Validates the definition of each folder named on the command line; one line of counts.
import SwaggerParser from "@apidevtools/swagger-parser";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const counts = { valid: 0, invalid: 0, unreadable: 0 };
for (const folder of process.argv.slice(2)) {
  const text = readFileSync(join(folder, "apiDefinition.swagger.json"), "utf8").replace(/^\uFEFF/, "");
  let definition;
  try {
    definition = JSON.parse(text);
  } catch {
    counts.unreadable += 1;
    continue;
  }
  try {
    await SwaggerParser.validate(definition);
    counts.valid += 1;
  } catch {
    counts.invalid += 1;
  }
}
console.log(JSON.stringify(counts));
