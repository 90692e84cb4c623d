/* How many criteria of a scoring sheet have a score, and a way to the next one without: counted while somebody chooses.
   The server writes both for the page as it was loaded; the words come from it. */
(function () {
  "use strict";

  function start() {
    var form = document.querySelector("form[data-scored]");
    var line = form && form.querySelector("[data-scored-line]");
    if (!line) return;
    var next = form.querySelector("[data-scored-next]");
    var parts = form.querySelectorAll("[data-scores]");

    function update() {
      var done = 0, open = null;
      parts.forEach(function (part) {
        var chosen = Boolean(part.querySelector("input[name='" + part.dataset.scores + "']:checked"));
        if (chosen) done += 1;
        else open = open || part;
        form.querySelector("[data-scored-mark='" + part.dataset.scores + "']").hidden = !chosen;
      });
      line.textContent = form.dataset.scored.replace("%(done)s", done).replace("%(total)s", parts.length);
      next.hidden = !open;
      if (open) next.href = "#" + open.id;
    }
    form.addEventListener("change", update);
    window.addEventListener("pageshow", update);
    update();
  }
  document.addEventListener("DOMContentLoaded", start);
})();
