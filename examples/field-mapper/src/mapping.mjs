// From any JSON to a card: a template with {{fields}}, and what is missing.

/** The value at a path such as `build.commits[0].author`; undefined when there is none. */
export function pick(source, path) {
  let value = source;
  for (const step of path.replace(/\[(\d+)\]/g, ".$1").split(".")) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}

const written = (value) => (typeof value === "string" ? value : JSON.stringify(value));
/** What a sender says is no Markdown. */
const plain = (text) => text.replace(/[\\`*_[\]~#>]/g, "\\$&");

/** A template filled in; `{{path|otherwise}}` says what stands there when the field is missing. */
export function fill(template, source, missing, escape = plain) {
  return template.replace(/\{\{\s*([^{}|]+?)\s*(?:\|([^{}]*))?\}\}/g, (_, path, otherwise) => {
    const value = pick(source, path);
    if (value !== undefined && value !== null && value !== "") return escape(written(value));
    if (otherwise === undefined) missing.add(path);
    return (otherwise ?? "").trim();
  });
}

const COLOUR = /^#?[0-9a-fA-F]{6}$/;
const isLink = (text) => /^https?:\/\/\S+$/i.test(text);

/** The card that a mapping makes of a document, and the fields that it did not find. */
export function render(mapping, source) {
  const missing = new Set();
  const text = (template) => fill(template ?? "", source, missing).trim();
  const bare = (template) => fill(template ?? "", source, missing, (value) => value).trim();
  const title = text(mapping.title);
  const facts = (mapping.facts ?? []).map(({ name, value }) => ({ name, value: text(value) })).filter(({ value }) => value !== "");
  const section = facts.length > 0 ? [{ facts }] : [];
  const link = bare(mapping.link);
  const colour = bare(mapping.colour);
  const card = {
    "@type": "MessageCard",
    "@context": "https://schema.org/extensions",
    summary: title || "News",
    title,
    text: text(mapping.text),
    ...(COLOUR.test(colour) ? { themeColor: colour.replace("#", "") } : {}),
    sections: section,
    potentialAction: isLink(link)
      ? [{ "@type": "OpenUri", name: mapping.linkTitle || "Open", targets: [{ os: "default", uri: link }] }]
      : [],
  };
  return { card, missing: [...missing] };
}

/** A mapping as it may be stored; throws with what is wrong. */
export function checked(mapping) {
  const text = (name, longest) => {
    const value = mapping?.[name] ?? "";
    if (typeof value !== "string" || value.length > longest) throw new Error(`${name}: a text of at most ${longest} characters`);
    return value;
  };
  const facts = mapping?.facts ?? [];
  const isFact = (fact) => typeof fact?.name === "string" && typeof fact.value === "string" && fact.name.length <= 100 && fact.value.length <= 500;
  if (!Array.isArray(facts) || facts.length > 20 || !facts.every(isFact)) throw new Error("facts: at most 20, each with a name and a value");
  const checkedOne = {
    title: text("title", 500),
    text: text("text", 5_000),
    link: text("link", 2_000),
    linkTitle: text("linkTitle", 100),
    colour: text("colour", 200),
    facts: facts.map(({ name, value }) => ({ name, value })),
  };
  if (checkedOne.title.trim() === "" && checkedOne.text.trim() === "") throw new Error("title: a card needs a title or a text");
  return checkedOne;
}
