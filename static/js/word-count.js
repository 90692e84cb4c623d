/* Live count beside a <textarea data-word-limit="300">. The server checks the same limit.
   The words come translated from data-word-count-text ("%(used)s of %(limit)s words"). */
(function () {
  "use strict";

  function count(text) {
    var words = text.trim().match(/\S+/g);
    return words ? words.length : 0;
  }

  function attach(field) {
    if (field.dataset.wordCountReady) return;
    field.dataset.wordCountReady = "yes";
    var limit = Number(field.dataset.wordLimit);
    var pattern = field.dataset.wordCountText || "%(used)s / %(limit)s";
    var seen = document.createElement("p");
    seen.className = "form-text";
    var spoken = document.createElement("p");
    spoken.className = "visually-hidden";
    spoken.setAttribute("aria-live", "polite");
    field.insertAdjacentElement("afterend", seen);
    seen.insertAdjacentElement("afterend", spoken);
    var timer;

    function show() {
      var used = count(field.value);
      var text = pattern.replace("%(used)s", used).replace("%(limit)s", limit);
      seen.textContent = text;
      seen.classList.toggle("over", used > limit);
      // Spoken only after a pause, so that a screen reader does not talk through the typing.
      clearTimeout(timer);
      timer = setTimeout(function () { spoken.textContent = text; }, 1500);
    }
    field.addEventListener("input", show);
    show();
    clearTimeout(timer);
  }

  function scan(root) {
    root.querySelectorAll("textarea[data-word-limit]").forEach(attach);
  }
  document.addEventListener("DOMContentLoaded", function () { scan(document); });
  document.addEventListener("htmx:load", function (event) { scan(event.target); });
})();
