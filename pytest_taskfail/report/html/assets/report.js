"use strict";
document.documentElement.classList.add("scripted");

const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
const make = (name, text, className) => {
  const element = document.createElement(name);
  element.textContent = text || "";
  if (className) element.className = className;
  return element;
};

// Copy buttons: the clipboard where the browser gives it, a selection where it does not.
async function copy(button) {
  const code = button.parentElement.querySelector("code");
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(code);
    button.textContent = "Selected";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 1600);
}

// A cell of the table of experiments says what it stands for.
let from = null;

function say(cell) {
  const table = cell.closest("table");
  const output = cell.closest("section").querySelector("output.cell");
  all(".chosen", cell.closest("section")).forEach((one) => one.classList.remove("chosen"));
  output.replaceChildren();
  if (!cell.textContent) return;
  cell.classList.add("chosen");
  const head = cell.parentElement.querySelector("th[scope=row]");
  const fault = table.tHead.rows[0].cells[cell.cellIndex].title;
  const plan = [head.dataset.after, `${fault} @ ${head.querySelector("code").textContent}`].filter(Boolean).join(" + ");
  const mark = cell.textContent;
  const legend = all(".legend li", cell.closest("section")).find(
    (one) => one.querySelector(".sign").textContent === mark && one.querySelector(".sign").classList.contains(cell.className.split(" ")[0]));
  output.append(make("strong", plan), make("p", legend ? legend.childNodes[1].textContent.trim() : ""));
  if (head.title) output.append(make("p", `A fault is possible here: ${head.title}.`, "quiet"));
  const link = cell.querySelector("a");
  if (link) {
    const story = make("a", "Read its story");
    story.href = link.getAttribute("href");
    output.append(story);
  }
  const command = make("div", "", "command");
  command.append(make("code", `pytest "${table.dataset.test}" --taskfail-replay="${plan}"`));
  const button = make("button", "Copy", "copy");
  button.type = "button";
  command.append(button);
  output.append(command);
}

// Arrow keys walk through a table; one cell of each is in the tab order.
function walk(event) {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  const cell = event.target.closest(".matrix td");
  if (!step || !cell) return;
  const rows = Array.from(cell.closest("table").tBodies[0].rows);
  let row = rows.indexOf(cell.parentElement), column = cell.cellIndex;
  do {
    row += step[0];
    column += step[1];
  } while (rows[row] && (rows[row].className === "after" || (rows[row].cells[column] && !rows[row].cells[column].textContent)));
  const next = rows[row] && rows[row].cells[column];
  if (!next || next.tagName !== "TD") return;
  event.preventDefault();
  cell.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

for (const table of all(".matrix")) {
  const first = all("td", table).find((cell) => cell.textContent);
  if (first) first.tabIndex = 0;
}

// A link leads into what may be folded.
function unfold(hash) {
  const target = hash.length > 1 && document.getElementById(hash.slice(1));
  if (!target) return null;
  for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
  const own = target.querySelector(":scope > details.test");
  if (own) own.open = true;
  return target;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.copy");
  if (button) return void copy(button);
  const link = event.target.closest('a[href^="#"]');
  const cell = event.target.closest(".matrix td");
  if (cell) say(cell);
  if (link) {
    from = link;
    const target = unfold(link.getAttribute("href"));
    if (target && target.tabIndex === -1) setTimeout(() => target.focus({ preventScroll: true }));
  }
});

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest && event.target.closest(".matrix td");
  if (cell && event.target === cell && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    const link = cell.querySelector("a");
    if (link && event.key === "Enter") link.click(); else say(cell);
  } else if (event.key === "Escape") {
    all("output.cell").forEach((one) => one.replaceChildren());
    all(".matrix .chosen").forEach((one) => one.classList.remove("chosen"));
    if (from) {
      from.focus();
      from.scrollIntoView({ block: "center" });
      from = null;
    }
  } else {
    walk(event);
  }
});

// The filter of tests.
const filter = document.getElementById("filter"), only = document.getElementById("only");
function choose() {
  const wanted = filter.value.toLowerCase();
  let shown = 0;
  for (const one of all("[data-test]:not(table)")) {
    one.hidden = !one.dataset.test.toLowerCase().includes(wanted) || (only.checked && !("findings" in one.dataset));
    if (one.tagName === "TR" && !one.hidden) shown += 1;
  }
  document.getElementById("hits").textContent = wanted || only.checked ? `${shown} shown` : "";
}
if (filter) {
  filter.addEventListener("input", choose);
  only.addEventListener("change", choose);
}

addEventListener("beforeprint", () => all("details.test[open] details, [data-findings] > details").forEach((one) => { one.open = true; }));
unfold(location.hash);
