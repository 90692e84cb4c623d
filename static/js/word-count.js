/* Live count beside a <textarea data-word-limit="300">. The server checks the same limit.
   The words come translated from data-word-count-text ("%(used)s of %(limit)s words"). */
(function () {
  "use strict";

  // The rule of applications/words.py: runs without white space in which something can be seen.
  var SEEN = /[^\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f]/;

  function count(text) {
    var runs = text.match(/\S+/g) || [];
    return runs.filter(function (run) { return SEEN.test(run); }).length;
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
