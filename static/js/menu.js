/* Small menus are <details class="pop">. They work without this; here Escape and a click elsewhere close them. */
(function () {
  "use strict";

  function closeAll(except) {
    document.querySelectorAll("details.pop[open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }
  document.addEventListener("click", function (event) {
    closeAll(event.target.closest("details.pop"));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var menu = document.querySelector("details.pop[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
