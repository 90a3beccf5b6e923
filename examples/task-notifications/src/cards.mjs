// A task as a card.

const EVENTS = { created: "New task", updated: "Task updated" };

export function taskCard(event, task, address) {
  const block = (text, more) => ({ type: "TextBlock", text, wrap: true, ...more });
  const facts = [
    { title: "State", value: task.done ? "done" : "open" },
    { title: "Assigned to", value: task.assignee || "nobody" },
    { title: "Due", value: task.due || "no date" },
  ];
  const content = {
    type: "AdaptiveCard",
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    version: "1.4",
    body: [
      block(EVENTS[event], { isSubtle: true, spacing: "None" }),
      block(escape(task.title), { size: "Large", weight: "Bolder", style: "heading" }),
      { type: "FactSet", facts: facts.map(({ title, value }) => ({ title, value: escape(value) })) },
    ],
    actions: [{ type: "Action.OpenUrl", title: "Open the task", url: `${address}/#${task.id}` }],
  };
  const attachment = { contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content };
  return { type: "message", summary: `${EVENTS[event]}: ${task.title}`, attachments: [attachment] };
}

/** What people typed is no Markdown. */
const escape = (text) => text.replace(/[\\`*_[\]~#>]/g, "\\$&");
