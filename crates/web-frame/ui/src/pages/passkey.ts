// Passkeys: the browser's own dialog. Forms that need it are hidden until this script shows them.
import { say, toast } from "../dom";

interface Begun { attempt: string; options: PublicKeyCredentialRequestOptionsJSON }

/** Asks the browser for a passkey; the answer as the WebAuthn JSON form. */
async function ask(options: PublicKeyCredentialRequestOptionsJSON, signal?: AbortSignal): Promise<string> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials.get({ publicKey, signal });
  return JSON.stringify((credential as PublicKeyCredential).toJSON());
}

/** Makes a passkey; the answer as the WebAuthn JSON form. */
async function make(options: PublicKeyCredentialCreationOptionsJSON): Promise<string> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = await navigator.credentials.create({ publicKey });
  return JSON.stringify((credential as PublicKeyCredential).toJSON());
}

function field(form: HTMLFormElement, name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}

/** Runs `work` when the form is sent, then sends it for good. */
function before(form: HTMLFormElement, work: () => Promise<void>): void {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    work().then(() => form.submit(), (error: unknown) => {
      // The person closed the dialog: nothing happened, nothing to say.
      if (!(error instanceof DOMException && error.name === "NotAllowedError")) toast(say("Failed"), true);
    });
  });
}

if (window.PublicKeyCredential && "parseRequestOptionsFromJSON" in PublicKeyCredential) {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    before(form, async () => {
      field(form, "assertion").value = await ask(JSON.parse(field(form, "options").value));
    });
  }
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey-alone]")) {
    before(form, async () => {
      const answer = await fetch("/sign-in/passkey/options", { method: "POST" });
      if (!answer.ok) throw new Error(answer.statusText);
      const begun = (await answer.json()) as Begun;
      field(form, "attempt").value = begun.attempt;
      field(form, "assertion").value = await ask(begun.options);
    });
  }
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey-new]")) {
    before(form, async () => {
      field(form, "registration").value = await make(JSON.parse(field(form, "options").value));
    });
  }
}
