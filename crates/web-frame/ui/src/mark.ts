// The mark of a mail that is in the CRM: a category of Outlook, where Outlook lets the pane set it.

interface Result<T> { status: string; value: T }
interface Category { displayName: string }
type Done<T> = (result: Result<T>) => void;

/** What the pane needs of Outlook (Mailbox 1.8). */
export interface Marks {
  item?: { categories?: {
    getAsync(done: Done<Category[] | null>): void;
    addAsync(names: string[], done: Done<unknown>): void;
    removeAsync(names: string[], done: Done<unknown>): void;
  } } | null;
  masterCategories?: { addAsync(own: { displayName: string; color: string }[], done: Done<unknown>): void };
}

const asked = <T>(ask: (done: Done<T>) => void): Promise<Result<T> | undefined> =>
  new Promise((resolve) => {
    // a right that is missing is told by some versions and thrown by others
    try { ask(resolve); } catch { resolve(undefined); }
  });

/** Puts the category on the mail that is open, or takes it away; whether the mail is as it should be afterwards. */
export async function mark(mailbox: Marks, name: string, on: boolean): Promise<boolean> {
  const own = mailbox.item?.categories;
  if (!own) return false;
  const there = await asked<Category[] | null>((done) => own.getAsync(done));
  if (there?.status !== "succeeded") return false;
  if ((there.value ?? []).some((one) => one.displayName === name) === on) return true;
  // a mail takes only what stands in the person's list. To add to that list takes more than our manifest asks for: where
  // it is refused, the category may stand there all the same
  const list = mailbox.masterCategories;
  if (on && list) await asked((done) => list.addAsync([{ displayName: name, color: "Preset4" }], done));
  const set = await asked((done) => (on ? own.addAsync([name], done) : own.removeAsync([name], done)));
  return set?.status === "succeeded";
}
