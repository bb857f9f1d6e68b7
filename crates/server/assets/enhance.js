// Small comforts. Every page is whole without them.
"use strict";

// a form that was sent says so and is not sent twice
for (const form of document.querySelectorAll("form[data-busy]")) {
  const button = form.querySelector("button[type=submit]");
  const told = form.querySelector(".busy");
  form.addEventListener("submit", () => {
    button.disabled = true;
    told.textContent = form.dataset.busy;
  });
  // the page may come back from the browser's memory
  window.addEventListener("pageshow", () => {
    button.disabled = false;
    told.textContent = "";
  });
}

for (const button of document.querySelectorAll("button.print")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// on paper nothing can be opened
window.addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll(".answer .match details, .answer .others")) {
    details.open = true;
  }
});

// what has to be corrected is read first
document.getElementById("problems")?.focus();
