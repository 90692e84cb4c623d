/* Tells every half minute that somebody has this section open, and shows who else has. A text that saves itself
   tells the same, so that nothing is sent beside it. */
(function () {
  "use strict";

  var EVERY = 30000;

  function start() {
    var form = document.querySelector("form[data-presence]");
    if (!form) return;
    var line = form.querySelector("[data-others]");
    var last = Date.now();

    function show(text) {
      if (line.textContent !== text) line.textContent = text;
      line.hidden = !text;
    }
    function beat() {
      if (document.hidden || Date.now() - last < EVERY - 1000) return;
      last = Date.now();
      var headers = { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
      fetch(form.dataset.presence, { method: "POST", headers: headers, credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.json() : null; })
        .then(function (answer) { if (answer) show(answer.others); })
        .catch(function () {});
    }
    form.addEventListener("portal:saved", function (event) {
      last = Date.now();
      show(event.detail.others || "");
    });
    last = 0;
    beat();
    setInterval(beat, EVERY);
    document.addEventListener("visibilitychange", beat);
  }
  document.addEventListener("DOMContentLoaded", start);
})();
