// What every page does by itself: the key "/" goes to the first search or filter field, j, k and o go through the rows
// of its tables and open one, a box in their head chooses all rows, and long sending shows itself.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = document.querySelector("main [role=search] input:not([type=hidden]), main [role=search] select, main input[type=search]");
  if (field) {
    event.preventDefault();
    field.focus();
  }
});

const rowLink = (row) => row.querySelector("th a[href], td a[href]");
const linkedRows = () => [...document.querySelectorAll("main table tbody tr")].filter(rowLink);

function moveRow(step) {
  const all = linkedRows();
  const here = all.indexOf(document.activeElement?.closest("tr") || document.querySelector("main tr.table-active"));
  const next = all[here < 0 ? (step > 0 ? 0 : -1) : Math.min(Math.max(here + step, 0), all.length - 1)];
  if (next) rowLink(next).focus();
}

const rowKeys = {
  j: () => moveRow(1),
  k: () => moveRow(-1),
  o: () => {
    const row = document.activeElement?.closest("main table tbody tr");
    if (row && rowLink(row)) rowLink(row).click();
  },
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in rowKeys)) return;
  if (!linkedRows().length) return;
  event.preventDefault();
  rowKeys[event.key]();
});

// The box in the head of a table chooses all rows of the page, or none, and says whether all are chosen.
document.addEventListener("change", (event) => {
  const name = event.target.dataset.all || event.target.name;
  const head = document.querySelector(`main [data-all="${CSS.escape(name)}"]`);
  if (!head) return;
  const boxes = [...document.querySelectorAll(`main input[type=checkbox][name="${CSS.escape(name)}"]`)];
  if (event.target === head) boxes.forEach((box) => { box.checked = head.checked; });
  head.checked = boxes.every((box) => box.checked);
});

// A second click while the first is under way would send the form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), 5000); // what answers with a file to keep leaves the page where it is
});

function release(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
}

// After "back" the page comes out of the browser's memory as it was left: let its forms be sent again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach(release);
});
