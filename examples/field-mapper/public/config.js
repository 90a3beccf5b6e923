// The configuration page: a template with a preview, and the address that a system posts to.
const { app, pages } = microsoftTeams;
const FRENCH = {
  heading: "Tout JSON devient une carte",
  intro: "Donnez l’adresse à votre système, collez un exemple de ce qu’il envoie, et dites d’où vient chaque partie de la carte.",
  address: "Adresse pour l’expéditeur\u00a0:",
  sample: "Exemple de ce que le système envoie (JSON)",
  title: "Titre",
  text: "Texte",
  facts: "Faits, un par ligne\u00a0: Nom = {{champ}}",
  link: "Lien",
  colour: "Couleur, comme D13438 ou {{champ}}",
  preview: "Aperçu",
};
const WORDS = {
  en: { missing: "Not in the example: ", json: "The example is no JSON: ", removing: "The address will answer no more." },
  fr: { missing: "Absent de l’exemple\u00a0: ", json: "L’exemple n’est pas du JSON\u00a0: ", removing: "L’adresse ne répondra plus." },
};
const START = {
  sample: { event: "deploy", service: "shop", version: "4.7.1", by: { name: "Ada" }, url: "https://ci.example.org/4711" },
  mapping: {
    title: "{{service}}: {{event}}",
    text: "By {{by.name|somebody}}",
    facts: [{ name: "Version", value: "{{version}}" }],
    link: "{{url}}",
    linkTitle: "Open",
    colour: "0078D4",
  },
};
let words = WORDS.en;
const form = document.getElementById("form");
const said = document.getElementById("said");
const fields = form.elements;

async function ask(method, path, body) {
  const answer = await fetch(`api/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error);
  return told;
}

function write({ mapping, sample }) {
  fields.sample.value = JSON.stringify(sample, null, 2);
  for (const name of ["title", "text", "link", "colour"]) fields[name].value = mapping[name] ?? "";
  fields.facts.value = (mapping.facts ?? []).map(({ name, value }) => `${name} = ${value}`).join("\n");
}

function read() {
  const facts = fields.facts.value.split("\n").map((line) => line.split(/=(.*)/s)).filter(([name, value]) => name.trim() && value?.trim());
  return {
    title: fields.title.value,
    text: fields.text.value,
    link: fields.link.value,
    linkTitle: "Open",
    colour: fields.colour.value,
    facts: facts.map(([name, value]) => ({ name: name.trim(), value: value.trim() })),
  };
}

function sample() {
  try {
    return JSON.parse(fields.sample.value || "{}");
  } catch (error) {
    throw new Error(words.json + error.message);
  }
}

/** The card as plain text: what the sender wrote is never markup here. */
function draw({ card, missing }) {
  const line = (tag, text) => {
    const element = document.createElement(tag);
    element.textContent = text.replace(/\\([\\`*_[\]~#>])/g, "$1");
    return element;
  };
  const parts = [line("h3", card.title), line("p", card.text)];
  for (const { name, value } of card.sections.flatMap((section) => section.facts)) parts.push(line("p", `${name}: ${value}`));
  for (const action of card.potentialAction) parts.push(line("p", `${action.name} → ${action.targets[0].uri}`));
  const preview = document.getElementById("preview");
  preview.replaceChildren(...parts);
  preview.style.borderInlineStart = card.themeColor ? `3px solid #${card.themeColor}` : "";
  said.textContent = missing.length > 0 ? words.missing + missing.join(", ") : "";
}

let round = 0;
async function preview() {
  const mine = ++round;
  try {
    const drawn = await ask("POST", "preview", { mapping: read(), sample: sample() });
    if (mine !== round) return;
    draw(drawn);
    pages.config.setValidityState(true);
  } catch (error) {
    if (mine !== round) return;
    said.textContent = error.message;
    pages.config.setValidityState(false);
  }
}

async function start() {
  await app.initialize();
  const context = await app.getContext();
  const paint = (theme) => document.documentElement.setAttribute("data-theme", theme);
  paint(context.app.theme);
  app.registerOnThemeChangeHandler(paint);
  if (context.app.locale.startsWith("fr")) {
    words = WORDS.fr;
    document.documentElement.lang = "fr";
    for (const part of document.querySelectorAll("[data-say]")) part.textContent = FRENCH[part.dataset.say];
  }

  const settings = await pages.getConfig();
  if (context.page.frameContext === "remove") {
    form.hidden = true;
    said.textContent = words.removing;
    pages.config.registerOnRemoveHandler(async (event) => {
      try {
        if (settings.entityId) await ask("DELETE", `flows/${settings.entityId}`);
        event.notifySuccess();
      } catch (error) {
        event.notifyFailure(error.message);
      }
    });
    pages.config.setValidityState(true);
    return;
  }

  const id = settings.entityId || crypto.randomUUID();
  const known = settings.entityId ? await ask("GET", `flows/${id}`).catch(() => null) : null;
  const { secret, address } = known ?? (await ask("GET", "new"));
  document.getElementById("address").textContent = address;
  write(known ?? START);

  pages.config.registerOnSaveHandler(async (event) => {
    try {
      const here = `${location.origin}/config.html`;
      const mapping = read();
      await pages.config.setConfig({
        entityId: id,
        contentUrl: here,
        removeUrl: here,
        configName: mapping.title.slice(0, 60) || "Field mapper",
        suggestedDisplayName: "Field mapper",
      });
      const { webhookUrl } = await pages.getConfig();
      await ask("PUT", `flows/${id}`, { webhookUrl, mapping, sample: sample(), secret });
      event.notifySuccess();
    } catch (error) {
      event.notifyFailure(error.message);
    }
  });
  form.addEventListener("input", preview);
  await preview();
}

start().catch((error) => { said.textContent = error.message; });
