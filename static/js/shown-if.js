/* A question that hangs on an earlier answer: <div data-field="b" data-shown-if="a" data-shown-if-answers="x y">.
   It is shown where "a" is asked and has one of the answers (any, where none is named). What was typed in it
   stays and is sent along; the server leaves it out while it is not asked. Without this script all are shown
   with the words that say when to answer.
   A group <details data-opens-with="a b"> opens once "a" or "b" is chosen, and shuts when neither is. */
(function () {
  "use strict";

  function given(form, name) {
    return Array.prototype.filter.call(form.elements, function (field) {
      var box = field.type === "radio" || field.type === "checkbox";
      return field.name === name && field.value && (!box || field.checked);
    }).map(function (field) { return field.value; });
  }

  function update(form) {
    var unasked = {};
    // In the order of the page, so that what hangs on a hidden question is hidden too.
    form.querySelectorAll("[data-shown-if]").forEach(function (part) {
      var wanted = part.dataset.shownIfAnswers.split(" ").filter(Boolean);
      var asked = !unasked[part.dataset.shownIf] && given(form, part.dataset.shownIf).some(function (value) {
        return !wanted.length || wanted.indexOf(value) !== -1;
      });
      unasked[part.dataset.field] = !asked;
      part.hidden = !asked;
      part.classList.remove("not-asked");
      part.querySelector(".only-if").hidden = true;
    });
    form.querySelectorAll("[data-opens-with]").forEach(function (group) {
      var chosen = group.dataset.opensWith.split(" ").some(function (name) { return given(form, name).length; });
      if (group.dataset.chosen === String(chosen)) return;
      group.dataset.chosen = group.open = chosen;
    });
  }

  function attach(form) {
    if (form.dataset.shownIfReady || !form.querySelector("[data-shown-if], [data-opens-with]")) return;
    form.dataset.shownIfReady = "yes";
    form.querySelectorAll("[data-shown-if]").forEach(function (part) {
      Array.prototype.forEach.call(form.elements, function (field) {
        if (field.name !== part.dataset.shownIf) return;
        var parts = field.getAttribute("aria-controls");
        field.setAttribute("aria-controls", parts ? parts + " " + part.id : part.id);
      });
    });
    form.addEventListener("input", function () { update(form); });
    form.addEventListener("change", function () { update(form); });
    update(form);
  }

  function scan(root) {
    root.querySelectorAll("form").forEach(attach);
  }
  document.addEventListener("DOMContentLoaded", function () { scan(document); });
  document.addEventListener("htmx:load", function (event) { scan(event.target); });
  // A browser that comes back to the page fills in what was chosen.
  window.addEventListener("pageshow", function () { document.querySelectorAll("form[data-shown-if-ready]").forEach(update); });
})();
