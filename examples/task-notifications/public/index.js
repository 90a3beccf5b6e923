// The list of tasks.
const list = document.getElementById("list");
const said = document.getElementById("said");

async function ask(method, path, body) {
  const answer = await fetch(`api/tasks${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error);
  return told;
}

function row(task) {
  const item = document.createElement("li");
  item.id = task.id;
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = task.done;
  box.addEventListener("change", () => ask("PATCH", `/${task.id}`, { done: box.checked }).catch(tell));
  label.append(box, ` ${task.title}`, task.assignee ? ` (${task.assignee})` : "", task.due ? `, ${task.due}` : "");
  item.append(label);
  return item;
}

const tell = (error) => { said.textContent = error.message; };
const show = async () => list.replaceChildren(...(await ask("GET", "")).items.map(row));

document.getElementById("new").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await ask("POST", "", Object.fromEntries(new FormData(event.target)));
    event.target.reset();
    await show();
  } catch (error) {
    tell(error);
  }
});
show().catch(tell);
