// Validates the API description of each folder named, and prints one line of JSON a folder.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import SwaggerParser from "@apidevtools/swagger-parser";

for (const path of process.argv.slice(2)) {
  const said = { path, problems: [] };
  try {
    const text = readFileSync(join(path, "apiDefinition.swagger.json"), "utf8");
    await SwaggerParser.validate(JSON.parse(text.replace(/^\ufeff/, "")));
  } catch (error) {
    said.problems = String(error.message).split("\n");
  }
  console.log(JSON.stringify(said));
}
