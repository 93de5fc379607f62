// The work list of cases: a case opens beside the list where there is room, and keys do what the mouse does; j, k and o as in every table (anling.js).
const beside = document.getElementById("beside");
const keys = document.getElementById("keys");
const rows = () => [...document.querySelectorAll("#cases tbody tr[data-case]")];
const roomy = () => window.matchMedia("(min-width: 1200px)").matches;

function open(link) {
  if (!beside || !roomy()) {
    window.location.assign(link.href);
    return;
  }
  const number = link.closest("tr").dataset.case;
  const address = new URL(window.location.href);
  address.searchParams.set("open", number);
  history.replaceState(null, "", address); // before the question, so that forms in the answer know where to come back to
  rows().forEach((row) => row.classList.toggle("table-active", row.dataset.case === number));
  htmx.ajax("GET", link.dataset.beside, { target: "#beside", swap: "innerHTML" });
}

function take() {
  const form = document.querySelector("form[data-take]");
  if (form) form.requestSubmit();
}

function choose() {
  const row = document.activeElement.closest("#cases tbody tr[data-case]");
  const box = row && row.querySelector("input[type=checkbox]");
  if (box) box.checked = !box.checked;
}

const does = {
  t: take,
  x: choose,
  "?": () => keys && keys.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in does)) return;
  event.preventDefault();
  does[event.key]();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.case-link");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0 && beside && roomy()) {
    event.preventDefault();
    open(link);
  }
  if (event.target.closest("[data-keys=show]") && keys) keys.showModal();
  if (event.target.closest("[data-print]")) window.print();
});
