// The configuration page: which events, then the webhook's address to our own server.
const { app, pages } = microsoftTeams;
const FRENCH = {
  title: "Notifications de tâches",
  intro: "Choisissez ce dont ce canal est informé.",
  created: "Nouvelles tâches",
  updated: "Modifications de tâches",
  removing: "Ce canal ne sera plus informé.",
};
const ENGLISH = { removing: "This channel will hear of no task any more." };
const form = document.getElementById("form");
const said = document.getElementById("said");
const chosen = () => new FormData(form).getAll("event");

async function ask(method, id, body) {
  const answer = await fetch(`api/hooks/${id}`, {
    method,
    headers: { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said;
}

async function start() {
  await app.initialize();
  const context = await app.getContext();
  const paint = (theme) => document.documentElement.setAttribute("data-theme", theme);
  paint(context.app.theme);
  app.registerOnThemeChangeHandler(paint);
  const french = context.app.locale.startsWith("fr");
  if (french) {
    document.documentElement.lang = "fr";
    for (const part of document.querySelectorAll("[data-say]")) part.textContent = FRENCH[part.dataset.say];
  }

  const settings = await pages.getConfig();
  if (context.page.frameContext === "remove") {
    form.hidden = true;
    said.textContent = (french ? FRENCH : ENGLISH).removing;
    pages.config.registerOnRemoveHandler(async (event) => {
      try {
        if (settings.entityId) await ask("DELETE", settings.entityId);
        event.notifySuccess();
      } catch (error) {
        event.notifyFailure(error.message);
      }
    });
    pages.config.setValidityState(true);
    return;
  }

  const id = settings.entityId || crypto.randomUUID();
  if (settings.entityId) {
    const known = await ask("GET", id).catch(() => ({ events: [] }));
    for (const box of form.elements) box.checked = known.events.includes(box.value);
  }
  const validate = () => pages.config.setValidityState(chosen().length > 0);
  form.addEventListener("change", validate);

  pages.config.registerOnSaveHandler(async (event) => {
    try {
      const here = `${location.origin}/config.html`;
      await pages.config.setConfig({
        entityId: id,
        contentUrl: here,
        removeUrl: here,
        configName: `Tasks: ${chosen().join(", ")}`,
        suggestedDisplayName: "Tasks",
      });
      // Only now there is an address to post to.
      const { webhookUrl } = await pages.getConfig();
      await ask("PUT", id, { webhookUrl, events: chosen() });
      event.notifySuccess();
    } catch (error) {
      event.notifyFailure(error.message);
    }
  });
  validate();
}

start().catch((error) => { said.textContent = error.message; });
