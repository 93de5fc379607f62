// What every page does by itself: the key "/" goes to the first search or filter field, and long sending shows itself.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = document.querySelector("main [role=search] input:not([type=hidden]), main [role=search] select, main input[type=search]");
  if (field) {
    event.preventDefault();
    field.focus();
  }
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
