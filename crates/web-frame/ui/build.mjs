// Builds what the pages load: scripts, the style sheet with its tokens, one sprite of icons.
// Writes ../assets/dist: every file packed with gzip under a name with its hash, and manifest.json.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { basename, join } from "node:path";
import { build } from "esbuild";

const require = createRequire(import.meta.url);
const { webLightTheme, webDarkTheme, teamsHighContrastTheme } = require("@fluentui/tokens");

const here = import.meta.dirname;
const dist = join(here, "../assets/dist");
const manifest = {};

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

/** Writes one file under a name that changes with its content, and its gzip copy. */
function emit(name, content) {
  const bytes = Buffer.from(content);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const dot = name.lastIndexOf(".");
  const hashed = `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
  // only packed: the binary carries it once, and unpacks for the few who cannot
  const packed = gzipSync(bytes, { level: 9 });
  writeFileSync(join(dist, `${hashed}.gz`), packed);
  manifest[name] = hashed;
  return { hashed, bytes: bytes.length, gzip: packed.length };
}

/** The style sheet: our rules, and of Fluent's tokens those that they name. */
function styles(scripts) {
  const folder = join(here, "styles");
  const rules = readdirSync(folder).filter((f) => f.endsWith(".css")).sort()
    .map((f) => readFileSync(join(folder, f), "utf8")).join("\n");
  const named = new Set([...(rules + scripts).matchAll(/var\(--([A-Za-z0-9]+)/g)].map((m) => m[1]));
  const own = new Set([...rules.matchAll(/--([A-Za-z0-9]+)\s*:/g)].map((m) => m[1]));
  const unknown = [...named].filter((n) => !own.has(n) && !(n in webLightTheme));
  if (unknown.length > 0) throw new Error(`neither a Fluent token nor defined by us: ${unknown.join(", ")}`);
  const block = (theme, scheme, only) => `color-scheme:${scheme};` + [...named]
    // a theme changes colours and shadows; type and distances stay, so that nothing moves
    .filter((n) => !own.has(n) && n in theme && (!only || (theme[n] !== webLightTheme[n] && /^(color|shadow)/.test(n)))).sort()
    .map((n) => `--${n}:${theme[n]}`).join(";");
  const tokens = [
    `:root{${block(webLightTheme, "light", false)}}`,
    `:root[data-theme="dark"]{${block(webDarkTheme, "dark", true)}}`,
    `@media (prefers-color-scheme:dark){:root[data-theme="system"]{${block(webDarkTheme, "dark", true)}}}`,
    `:root[data-theme="contrast"]{${block(teamsHighContrastTheme, "dark", true)}}`,
  ].join("\n");
  return `${tokens}\n${rules}`;
}

/** Every icon in both weights as a symbol: `name` and `name-filled`. */
function sprite() {
  const icons = JSON.parse(readFileSync(join(here, "icons.json"), "utf8"));
  const folder = join(here, "node_modules/@fluentui/svg-icons/icons");
  const symbols = Object.entries(icons).flatMap(([name, file]) =>
    [["", "regular"], ["-filled", "filled"]].map(([suffix, weight]) => {
      const svg = readFileSync(join(folder, `${file}_${weight}.svg`), "utf8");
      const box = /viewBox="([^"]+)"/.exec(svg)[1];
      const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "")
        .replace(/ fill="#212121"/g, "");
      return `<symbol id="${name}${suffix}" viewBox="${box}">${inner}</symbol>`;
    }));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

const pages = join(here, "src/pages");
const entries = ["app", "channel", "cards"].map((name) => join(here, `src/${name}.ts`));
if (existsSync(pages)) {
  entries.push(...readdirSync(pages).filter((f) => f.endsWith(".ts")).map((f) => join(pages, f)));
}
const bundle = await build({
  entryPoints: entries, bundle: true, minify: true, format: "esm", target: "es2022", charset: "utf8",
  legalComments: "none",
  // the renderer registers its elements (Table, Carousel) as side effects that its package denies having
  ignoreAnnotations: true, outdir: "out", write: false, absWorkingDir: here,
});
const sizes = {};
let scripts = "";
for (const file of bundle.outputFiles) {
  scripts += file.text;
  const name = basename(file.path);
  sizes[name] = emit(name, file.contents);
}
const css = await build({
  stdin: { contents: styles(scripts), loader: "css", resolveDir: join(here, "styles") },
  minify: true, write: false, target: "es2022",
});
sizes["app.css"] = emit("app.css", css.outputFiles[0].contents);
sizes["sprite.svg"] = emit("sprite.svg", sprite());
for (const file of readdirSync(join(here, "static"))) {
  sizes[file] = emit(file, readFileSync(join(here, "static", file)));
}
writeFileSync(join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
for (const [name, size] of Object.entries(sizes)) {
  process.stdout.write(`${name.padEnd(18)} ${String(size.bytes).padStart(7)} B ${String(size.gzip).padStart(7)} B gzip\n`);
}
