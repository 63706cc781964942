// Runs before the page is painted: the reader's choice, else the system's.
(function () {
  "use strict";
  var chosen = null;
  try { chosen = localStorage.getItem("xingdun-theme"); } catch (error) { chosen = null; }
  var dark = chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
})();
