/* After a form was refused, start at the list of errors, so that nobody searches for what went wrong. */
(function () {
  "use strict";

  function focusSummary(root) {
    var summary = root.querySelector(".error-summary");
    if (summary) summary.focus();
  }
  document.addEventListener("DOMContentLoaded", function () { focusSummary(document); });
  document.addEventListener("htmx:afterSettle", function (event) { focusSummary(event.target); });
})();
