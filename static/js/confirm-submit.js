/* A second click on a slow link must not send a form twice. Every POST form is guarded, unless it says
   data-submit-again. The server stays safe without this: it only spares people an error. */
(function () {
  "use strict";

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-submit-again")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
    // A download answers without leaving the page: open the form again after a while.
    setTimeout(function () { release(form); }, 8000);
  });

  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled=true]").forEach(function (button) {
      button.removeAttribute("aria-disabled");
    });
  }
  // Back from the next page: the browser shows this one from memory, as it was left.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });
})();
